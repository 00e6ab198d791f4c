import { describe, expect, it } from 'vitest'
import { type ErrorCode, GoldsyncError } from '../../shared/base/errors.ts'
import { RequestProblem } from '../../shared/base/problem.ts'
import { failure } from '../../shared/function/outcome.ts'
import { answerHandshake, answerOutcome, answerProblem, statusOf } from '../../shared/hosts/answer.ts'

const status = (code: ErrorCode): number => statusOf(failure(new GoldsyncError(code, '…')))

describe('an error as an HTTP status', () => {
  it('is 503 only where a retry may help, and says when', () => {
    expect(['UNAVAILABLE', 'TIMEOUT', 'CONFLICT'].map(code => status(code as ErrorCode))).toEqual([
      503, 503, 503,
    ])
    const { headers } = answerOutcome(failure(new GoldsyncError('UNAVAILABLE', '…')))
    expect(headers).toEqual({ 'retry-after': '30' })
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

describe('a refused request', () => {
  it('is told its status, and the headers that go with it', () => {
    expect(answerProblem(new RequestProblem(401, 'who are you'))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { status: 'invalid', error: { code: 'AUTHENTICATION_FAILED', message: 'who are you' } },
    })
    expect(answerProblem(new RequestProblem(405, 'send POST'))).toMatchObject({
      headers: { allow: 'POST, OPTIONS' },
    })
  })

  it('is told nothing of a bug', () => {
    const { status, body } = answerProblem(new TypeError('secret of undefined'))
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('secret')
  })
})

describe('the handshake of CloudEvents webhooks', () => {
  it('grants the origin and the rate that are asked for', () => {
    const asked = { 'webhook-request-origin': 'sinks.example.com', 'webhook-request-rate': '120' }
    expect(answerHandshake(asked)).toMatchObject({
      status: 200,
      headers: {
        allow: 'POST, OPTIONS',
        'webhook-allowed-origin': 'sinks.example.com',
        'webhook-allowed-rate': '*',
      },
    })
  })

  it('grants nothing to who asks for nothing', () => {
    expect(answerHandshake({}).headers).toEqual({ allow: 'POST, OPTIONS' })
  })
})
