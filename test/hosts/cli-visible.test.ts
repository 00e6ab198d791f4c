import { expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { sayWait } from '../../shared/base/waits.ts'
import { readStatus } from '../../shared/function/status.ts'
import { openProgress } from '../../shared/hosts/cli/progress.ts'
import { openCheckText } from '../../shared/hosts/cli/text/check.ts'
import { showError } from '../../shared/hosts/cli/text/error.ts'
import { proposalLines } from '../../shared/hosts/cli/text/init.ts'
import { markdownOf } from '../../shared/hosts/cli/text/markdown.ts'
import { showReport } from '../../shared/hosts/cli/text/report.ts'
import { showStatus } from '../../shared/hosts/cli/text/status.ts'
import { configText } from '../../shared/propose/config-text.ts'
import type { Observed } from '../../shared/propose/observed.ts'
import { propose } from '../../shared/propose/propose.ts'
import { testLake } from '../support/lake.ts'

/** Ours are doubled braces, so that they are told from what a name brings. */
const paint = (_: string, text: string) => `{{${text}}}`
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const HOSTILE = 'x\u001b[8my\u202ez\u009b31m\u2028'

it('shows in a proposal what names hold, as their code', () => {
  const observed: Observed = {
    location: `/data/${HOSTILE}`,
    inRoot: 3,
    lookedInto: 3,
    folders: [[HOSTILE, '2026', '11'], ['b', `dt=2026-11-20`], [`c${HOSTILE}`]].map(segments => ({
      segments,
      first: 0,
    })),
    unlisted: 0,
    cut: HOSTILE,
  }
  const proposal = propose(observed)
  const config = configText(proposal, { storage: [], catalogs: [], engines: [] })
  const seen = { ...observed, folders: observed.folders.map(({ segments }) => segments.join('/')) }
  const lines = proposalLines({ ...proposal, seen, config }, { file: 'goldsync.yaml', written: false, paint })
  expect(lines.filter(line => UNSEEN.test(line))).toEqual([])
  expect(lines.join('\n')).toContain('{{lake /data/x\\u{001b}[8my\\u{202e}z')
})

/** What is printed, on either stream, line by line. */
function terminalOf() {
  const printed: string[] = []
  const print = (line: string) => void printed.push(line)
  return { printed, terminal: { print, note: print, paint, redraw: undefined } }
}

/** Every text of it holds more than it seems, but for words of which there are few; in a statement, each line. */
const hostile = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (key, inside: unknown) =>
    typeof inside !== 'string' || FIXED.has(key)
      ? inside
      : key === 'command'
        ? inside.replace(/$/gm, HOSTILE)
        : `${inside}${HOSTILE}\n`,
  ) as T
const FIXED = new Set(['severity', 'outcome', 'state', 'kind', 'mode', 'leftOut'])

/** A run in which something of everything happens: tables, findings, a failure, and topics that meet in one name. */
async function troubled() {
  const lake = testLake()
  for (const topic of ['orders', 'Meet', 'meet']) lake.put(`${topic}/2019/09/01/11/a.parquet`, 'v1')
  lake.put('orders/2019/09/01/12/a.parquet', 'text')
  lake.put('orders/2019/13/01/12/a.parquet', 'v1')
  const report = await lake.scan({ dryRun: true })
  await lake.scan()
  const error = { code: 'UNAVAILABLE', message: 'away', hint: 'start it', retryable: true } as const
  const failures = [{ location: 'memory://other', error }]
  return { lake, report: { ...report, failures }, failures }
}

it('shows in reports what names and servers hold, as their code, and keeps the lines of statements', async () => {
  const { report } = await troubled()
  const { printed, terminal } = terminalOf()
  showReport(terminal, hostile(report), true)
  expect(printed.filter(line => UNSEEN.test(line))).toEqual([])
  const told = printed.join('\n')
  for (const part of [
    'golden.orders',
    'create table golden.orders',
    '12/a.parquet',
    'memory://other',
    'away',
    'start it',
  ])
    expect(told).toContain(`${part}x\\u{001b}[8my\\u{202e}z`)
  const clean = terminalOf()
  showReport(clean.terminal, report, true)
  expect(printed).toHaveLength(clean.printed.length)
  expect(
    markdownOf(hostile(report))
      .split('\n')
      .filter(line => UNSEEN.test(line)),
  ).toEqual([])
})

it('shows in a status what names and servers hold, as their code', async () => {
  const { lake, failures } = await troubled()
  const { printed, terminal } = terminalOf()
  showStatus(terminal, hostile({ ...(await readStatus([lake.lake], {})), failures }))
  expect(printed.filter(line => UNSEEN.test(line))).toEqual([])
  for (const part of ['golden.orders', 'NAME_COLLISION', '2019/09/01/12', 'away', 'start it'])
    expect(printed.join('\n')).toContain(`${part}x\\u{001b}[8my\\u{202e}z`)
})

it('shows in errors what names and servers hold, as their code, and keeps their lines', () => {
  const { printed, terminal } = terminalOf()
  const error = new GoldsyncError('CONFIG_INVALID', `one${HOSTILE}\ntwo`, { hint: `do ${HOSTILE}` })
  showError(terminal, error, true)
  expect(printed.filter(line => UNSEEN.test(line))).toEqual([])
  expect(printed.slice(0, 2)).toEqual([expect.stringMatching(/^goldsync: one/), 'two (CONFIG_INVALID)'])
})

it('shows in progress, and in what is waited for, what names hold, as their code', () => {
  const drawn: string[] = []
  const { terminal } = terminalOf()
  const progress = openProgress({ ...terminal, redraw: line => void drawn.push(line) })
  progress.show({ kind: 'table', table: 't', catalog: HOSTILE })
  drawn.push(sayWait({ server: 'nn1:9870', call: `LISTSTATUS /${HOSTILE}`, since: 0 }, 5000))
  expect(drawn).toHaveLength(2)
  expect(drawn.filter(line => UNSEEN.test(line))).toEqual([])
})

it('shows in checks what names hold, as their code, and has lines of their own', () => {
  const { printed, terminal } = terminalOf()
  const text = openCheckText(terminal, { quiet: false })
  text.show({
    area: 'storage',
    subject: HOSTILE,
    state: 'failed',
    said: `one ${HOSTILE}\r\ntwo`,
    fix: `do ${HOSTILE}\nthen`,
  })
  expect(printed.filter(line => UNSEEN.test(line))).toEqual([])
  expect(printed).toHaveLength(5)
  expect(printed[0]).toMatch(/^\{\{storage x\\u\{001b\}/)
})
