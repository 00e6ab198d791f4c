import { describe, expect, it } from 'vitest'
import { type ErrorCode, GoldsyncError } from '../../shared/errors.ts'
import { failure } from '../../shared/function.ts'
import { statusOf } from '../../shared/hosts/http/respond.ts'

const status = (code: ErrorCode): number => statusOf(failure(new GoldsyncError(code, '…')))

describe('an error as an HTTP status', () => {
  it('is 503 only where a retry may help', () => {
    expect(['UNAVAILABLE', 'TIMEOUT', 'CONFLICT'].map(code => status(code as ErrorCode))).toEqual([
      503, 503, 503,
    ])
  })

  it('is 422 for a wrong request or config', () => {
    expect([status('REQUEST_INVALID'), status('CONFIG_INVALID')]).toEqual([422, 422])
  })

  it('is never 404, which Knative would repeat', () => {
    expect(status('NOT_FOUND')).toBe(500)
  })

  it('is 500 for a bug', () => {
    expect(statusOf(failure(new TypeError('x is not a function')))).toBe(500)
  })
})
