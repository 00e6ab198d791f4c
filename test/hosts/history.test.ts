import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { failure } from '../../shared/function/outcome.ts'
import { openFileHistory } from '../../shared/history/file/history.ts'
import { byDefault } from '../../shared/history/open.ts'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import type { Terminal } from '../../shared/hosts/cli/terminal.ts'
import { historyLine } from '../../shared/hosts/cli/text/history.ts'
import { recorderOf } from '../../shared/hosts/history.ts'
import { pastOf } from '../../shared/hosts/past.ts'
import { withFinding } from '../../shared/hosts/recorder.ts'
import { all, table, thing } from '../support/history.ts'
import { faultsOf } from '../support/output.ts'
import { runReport, tableReport } from '../support/report.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goldsync-recorder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const HOST = { host: 'cli', log: openLog('silent') } as const
const CALL = { id: 'run-1', function: 'scan' }
const done = (part = {}) => ({
  status: 'ok' as const,
  report: runReport([tableReport({ addedPartitions: ['2019/09/01/09'] })], part),
})
const open = (path = folder) => recorderOf({ history: { kind: 'file', path, days: 7 }, lakes: [] }, {}, HOST)
const kept = () => all(openFileHistory({ path: folder, days: 7 }))

describe('the history of a host', () => {
  it.each([
    ['the config says nothing, and the host keeps none', undefined, false],
    ['the config says off', { kind: 'off' } as const, true],
  ])('is off where %s', async (_, history, byDefault) => {
    expect(await recorderOf({ history, lakes: [] }, {}, { ...HOST, byDefault })).toBeUndefined()
  })

  it('is off in a pod, and a file elsewhere, where the command line is told nothing', async () => {
    expect(byDefault({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toEqual({ kind: 'off' })
    const recorder = await recorderOf(
      { history: undefined, lakes: [] },
      { XDG_STATE_HOME: folder },
      { ...HOST, byDefault: true },
    )
    recorder?.note(CALL, done())
    expect(await recorder?.written()).toBeUndefined()
    expect(readdirSync(join(folder, 'goldsync', 'history'))).toHaveLength(1)
  })

  it('has what a run did, after it was asked to wait for that', async () => {
    const recorder = await open()
    recorder?.note(CALL, done())
    await recorder?.written()
    expect((await kept()).map(({ kind }) => kind)).toEqual(['run', 'table', 'thing'])
  })

  it('has nothing of plans, questions and requests that were refused', async () => {
    const recorder = await open()
    recorder?.note(CALL, done({ dryRun: true }))
    recorder?.note(
      { ...CALL, function: 'status' },
      { status: 'failed', error: { code: 'INTERNAL', message: 'x', retryable: false } },
    )
    recorder?.note(CALL, {
      status: 'invalid',
      error: { code: 'REQUEST_INVALID', message: 'x', retryable: false },
    })
    await recorder?.close()
    expect(await kept()).toEqual([])
  })

  it('tells of a run that failed before it had a report', async () => {
    const recorder = await open()
    recorder?.note(CALL, failure(new Error('no driver')))
    await recorder?.close()
    expect(await kept()).toMatchObject([{ kind: 'run', code: 'INTERNAL', reason: 'no driver', tables: 0 }])
  })

  it('tells once of a table whose report two requests share', async () => {
    const recorder = await open()
    const outcome = done()
    recorder?.note(CALL, outcome)
    recorder?.note({ ...CALL, id: 'run-2' }, outcome)
    await recorder?.close()
    const entries = await kept()
    expect(entries.filter(({ kind }) => kind === 'table')).toHaveLength(1)
    expect(entries.filter(({ kind }) => kind === 'run')).toHaveLength(2)
  })

  it('that cannot be written is one warning of the run, which does not fail for it', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const recorder = await open(join(file, 'history'))
    for (let run = 0; run < 3; run += 1) recorder?.note(CALL, done())
    const lost = await recorder?.written()
    expect(lost).toMatchObject({ code: 'HISTORY_NOT_WRITTEN', severity: 'warning' })
    expect(await recorder?.written()).toBeUndefined()
    expect(withFinding(done(), lost)).toMatchObject({ status: 'ok', report: { diagnostics: [lost] } })
  })

  it('leaves out runs when 1,000 wait, and says so', async () => {
    const recorder = await open()
    for (let run = 0; run < 1_500; run += 1) recorder?.note({ ...CALL, id: `run-${run}` }, done())
    expect((await recorder?.written())?.message).toMatch(/1000 runs wait/)
    expect((await kept()).filter(({ kind }) => kind === 'run')).toHaveLength(1_000)
  })
})

describe('the past of a page', () => {
  const NOW = Date.parse(thing(1).time)
  const config = () => ({ history: { kind: 'file', path: folder, days: 7 } as const, lakes: [] })

  it('is read from the history', async () => {
    await openFileHistory({ path: folder, days: 7 }).write([table(1), thing(2)])
    expect(await pastOf(config(), {}, true, NOW)).toMatchObject({
      from: NOW - 7 * 86_400_000,
      points: [{ at: NOW }],
    })
  })

  it('ends where its time is over, and is no failure', async () => {
    await openFileHistory({ path: folder, days: 7 }).write([table(1)])
    const past = await pastOf(config(), {}, true, NOW, AbortSignal.abort())
    expect(past).toMatchObject({ from: NOW, runs: [] })
  })
})

describe('goldsync history', () => {
  const shown = async (...args: readonly string[]) => {
    const printed: string[] = []
    const noted: string[] = []
    const terminal: Terminal = {
      print: line => void printed.push(line),
      note: line => void noted.push(line),
      paint: (_, text) => text,
      redraw: undefined,
    }
    await createProgram(terminal).parseAsync(['node', 'goldsync', ...args])
    return { printed, noted }
  }
  const config = () => {
    const file = join(folder, 'goldsync.json')
    const lakes = [{ location: folder, catalogs: ['memory'] }]
    const history = { kind: 'file', path: join(folder, 'h') }
    writeFileSync(
      file,
      JSON.stringify({ lakes, catalogs: { memory: { kind: 'duckdb', file: 'x.duckdb' } }, history }),
    )
    return file
  }

  it('shows a line for each entry, and nothing but a note where there is none', async () => {
    const file = config()
    expect(await shown('history', '--config', file)).toMatchObject({
      printed: [],
      noted: [expect.stringContaining('nothing of that')],
    })
    await openFileHistory({ path: join(folder, 'h'), days: 30 }).write([
      thing(1),
      thing(2, { topic: 'clicks', table: 'golden.clicks' }),
    ])
    const { printed } = await shown('history', 'orders', '--config', file)
    expect(printed).toEqual([
      '2026-11-28 10:00:00Z  registered  golden.orders in hive 2026/11/28/09  (scan, cli, run run-1)',
    ])
  })

  it('is as its schema says, with --json', async () => {
    const file = config()
    await openFileHistory({ path: join(folder, 'h'), days: 30 }).write([thing(1)])
    const { printed } = await shown('history', '--json', '--config', file)
    const output = JSON.parse(printed.join('\n')) as object
    expect(output).toMatchObject({ version: 1, entries: [thing(1)] })
    expect(faultsOf('HistoryOutput', output)).toEqual([])
  })

  it.each(['yesterday', '5x', '7 d', '5', '11/28'])('refuses --since %s', async text => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await expect(shown('history', '--since', text)).rejects.toThrow(/expected 90m/)
  })

  it('lets no name move the cursor', () => {
    const line = historyLine(
      thing(1, { file: '/golden/\u001b[2J\u0007\r\nx', reason: '\u009b31m' }),
      (_, text) => text,
    )
    expect(line).toContain('/golden/\\u{001b}[2J\\u{0007}\\u{000d}\\u{000a}x')
    expect(line).not.toMatch(/\p{Cc}/u)
  })

  it('lets no name colour, hide or turn text, and paints its own', () => {
    const line = historyLine(
      thing(1, { file: '/golden/\u001b[8mx\u202ey' }),
      (_, text) => `\u001b[2m${text}\u001b[22m`,
    )
    expect(line).toContain('/golden/\\u{001b}[8mx\\u{202e}y')
    expect(line).toContain('\u001b[2m(')
    expect(line.endsWith(')\u001b[22m')).toBe(true)
  })
})
