import { describe, expect, it } from 'vitest'
import type { ErrorSummary } from '../../shared/base/errors.ts'
import type { Log } from '../../shared/base/log.ts'
import { OUT_OF_TIME } from '../../shared/decide/named.ts'
import { outcomeOfEvent, tellFiles } from '../../shared/outbound/event-outcome.ts'
import type { FileOutcome, FilesReport } from '../../shared/run/report.ts'
import { runReport, tableReport } from '../support/report.ts'

const NOTHING = { files: [], ignored: [], refused: [] }
const visible: FileOutcome = { location: '/a', outcome: 'visible' }
const outside: FileOutcome = { location: '/x', outcome: 'failed', code: 'OUTSIDE_LAKE', message: 'no lake' }
const failed = (code: ErrorSummary['code']): FileOutcome => ({
  location: '/b',
  outcome: 'failed',
  code,
  message: '…',
})

const report = (files: FileOutcome[], ...codes: ErrorSummary['code'][]): FilesReport => ({
  ...runReport(
    codes.map(code =>
      tableReport({
        outcome: 'failed',
        error: { code, message: '…', retryable: code === 'UNAVAILABLE' },
      }),
    ),
  ),
  files,
})

const status = (found: FilesReport, event = NOTHING) => outcomeOfEvent(event, found).status

describe('a message', () => {
  it('is done when its files are visible, held or ignored', () => {
    const held: FileOutcome = { location: '/h', outcome: 'held', code: 'NOT_PARQUET' }
    const ignored: FileOutcome = { location: '/_x', outcome: 'ignored', code: 'NOT_DATA' }
    expect(status(report([visible, held, ignored]))).toBe('ok')
    expect(status(report([]))).toBe('ok')
  })

  it('is to be repeated when a retry can mend a file', () => {
    expect(status(report([visible, failed('UNAVAILABLE')], 'UNAVAILABLE'))).toBe('unavailable')
    expect(status(report([failed('TIMEOUT')]))).toBe('unavailable')
    expect(status(report([failed('UNAVAILABLE')], 'PERMISSION_DENIED', 'UNAVAILABLE'))).toBe('unavailable')
  })

  it('has failed when nothing but a person can mend it', () => {
    expect(outcomeOfEvent(NOTHING, report([failed('PERMISSION_DENIED')], 'PERMISSION_DENIED'))).toMatchObject(
      {
        status: 'failed',
        error: { code: 'PERMISSION_DENIED' },
      },
    )
  })

  it('is invalid when all that it names lies outside the lakes, else those files fail alone', () => {
    const refused = { ...NOTHING, refused: [{ location: '/../y', reason: 'has . or .. in its path' }] }
    expect(outcomeOfEvent(refused, report([outside]))).toMatchObject({
      status: 'invalid',
      error: { code: 'REQUEST_INVALID', message: '2 of 2 files failed; /x: no lake' },
    })
    expect(outcomeOfEvent(refused, report([visible]))).toMatchObject({
      status: 'ok',
      report: {
        files: [visible, { location: '/../y', outcome: 'failed', code: 'OUTSIDE_LAKE' }],
      },
    })
  })

  it('has its files outside the lakes logged once: each, or with its refusal', () => {
    const logged = (found: FilesReport) => {
      const warned: object[] = []
      const log = { warn: (record: object) => void warned.push(record) } as unknown as Log
      tellFiles(log, {}, outcomeOfEvent(NOTHING, found))
      return warned
    }
    expect(logged(report([outside]))).toEqual([])
    expect(logged(report([visible, outside]))).toEqual([{ path: '/x', code: 'OUTSIDE_LAKE' }])
  })

  it('has the files that a deadline left logged as one warning, and not those of a failed table', () => {
    const warned: unknown[] = []
    const log = { warn: (...all: unknown[]) => void warned.push(all) } as unknown as Log
    const left = { ...failed('TIMEOUT'), ...OUT_OF_TIME }
    tellFiles(log, {}, outcomeOfEvent(NOTHING, report([left, visible, { ...left, location: '/c' }])))
    expect(warned).toEqual([[{ path: '/b', code: 'TIMEOUT' }, `/b, and 1 more: ${OUT_OF_TIME.message}`]])
    tellFiles(log, {}, outcomeOfEvent(NOTHING, report([failed('TIMEOUT')], 'TIMEOUT')))
    tellFiles(log, {}, outcomeOfEvent(NOTHING, report([visible])))
    expect(warned).toHaveLength(1)
  })

  it('has an outcome for what it names without a file', () => {
    const ignored = [{ reason: 'ObjectRemoved:Delete', location: 's3://b/k' }]
    expect(outcomeOfEvent({ ...NOTHING, ignored }, report([visible]))).toMatchObject({
      report: {
        files: [visible, { location: 's3://b/k', outcome: 'ignored', message: 'ObjectRemoved:Delete' }],
      },
    })
  })
})
