import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openProgress } from '../../shared/hosts/cli/progress.ts'
import type { Terminal } from '../../shared/hosts/cli/terminal.ts'
import { showError } from '../../shared/hosts/cli/text/error.ts'
import { showReport } from '../../shared/hosts/cli/text/report.ts'
import type { Report, TableReport } from '../../shared/run/report.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import { runReport, tableReport } from '../support/report.ts'

interface Screen extends Terminal {
  readonly printed: string[]
  readonly noted: string[]
  readonly drawn: string[]
}

function screen(): Screen {
  const [printed, noted, drawn]: [string[], string[], string[]] = [[], [], []]
  return {
    printed,
    noted,
    drawn,
    print: line => printed.push(line),
    note: line => noted.push(line),
    paint: (_, text) => text,
    redraw: line => drawn.push(line),
  }
}

const table = (part: Partial<TableReport>): TableReport =>
  tableReport({
    partitions: { listed: 48, added: 1, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 2 },
    files: 49,
    rows: 15_840,
    ms: 12,
    ...part,
  })

const report = (tables: readonly TableReport[], part: Partial<Report> = {}): Report =>
  runReport(tables, { ms: 20, ...part })

function shown(value: Report, verbose = false, width?: number): readonly string[] {
  const terminal = screen()
  showReport({ ...terminal, width }, value, verbose)
  return terminal.printed
}

const held: Diagnostic = {
  code: 'INCOMPLETE_FILE',
  severity: 'warning',
  message: 'the file is truncated',
  fix: 'write it again',
  path: '/golden/orders/2026/11/20/07/a.parquet',
}

describe('a report on the terminal', () => {
  it('closes each table with one line, and the run with another', () => {
    expect(shown(report([table({})]))).toEqual([
      '✓ golden.orders in hive: changed, 1 partition added, 2 partitions held back, 49 footers read, 15,840 rows in them, 12 ms',
      '1 partition added, 2 partitions held back; tables: 1 changed (recent run, 20 ms)',
    ])
  })

  it('says how often a busy catalog was asked again', () => {
    expect(shown(report([table({ retries: 1 })]))[0]).toContain('rows in them, 1 request sent again, 12 ms')
  })

  const command = Array.from({ length: 100 }, (_, at) => `add partition ${at}`).join('\n')
  const add = (count: number) =>
    ({ kind: 'addPartitions', summary: `add ${count} partitions`, command }) as const

  it('shows what a plan would do in a few words, and its statements where they are asked for', () => {
    const create = { kind: 'createTable', summary: 'create table golden.orders', command } as const
    const partitions = {
      listed: 9_204,
      added: 9_204,
      altered: 0,
      moved: 0,
      dropped: 0,
      unchanged: 0,
      held: 0,
    }
    const steps = [create, ...Array.from({ length: 9 }, () => add(1_000)), add(204)]
    const planned = report([table({ outcome: 'planned', steps, partitions })], { dryRun: true })
    const lines = shown(planned)
    expect(lines.slice(0, 4)).toEqual([
      'golden.orders in hive',
      '  + create table golden.orders',
      '  + add 9,204 partitions',
      '',
    ])
    expect(lines.at(-1)).toMatch(/^1 table to create, 9,204 partitions to add; tables: 1 planned /)
    expect(lines.join('\n')).not.toContain('add partition 0')
    const all = shown(planned, true)
    expect(all.filter(line => line === '  + add 1000 partitions')).toHaveLength(9)
    expect(all).toContain('      add partition 0')
    expect(all).toContain('      … 88 more lines (--json has all)')
  })

  it('fits the terminal: breaks between words, and leaves a path whole', () => {
    const path = `/golden/orders/${'very-long-name-'.repeat(8)}.parquet`
    const message = 'the file is truncated, so that nobody can read it '.repeat(4).trim()
    const told = report([table({ diagnostics: [{ ...held, message, path }] })])
    const lines = shown(told, false, 80)
    expect(lines.filter(line => line.length > 80)).toEqual([`      ${path}`])
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain(message)
    const statement = {
      ...add(1),
      command: `ALTER TABLE golden.orders ADD ${'PARTITION (hour = 1) '.repeat(400)}`,
    }
    const wide = shown(report([table({ steps: [statement] })]), true, 120)
    expect(Math.max(...wide.map(line => line.length))).toBeLessThanOrEqual(120)
    expect(wide.length).toBeLessThan(30)
  })

  it('counts a finding of many files, and names some', () => {
    const examples = [held.path!, '/golden/b', '/golden/c']
    const lines = shown(report([table({ diagnostics: [{ ...held, count: 42, examples }] })]))
    expect(lines).toContain('      42 in all: also /golden/b, /golden/c, …')
  })

  it('says truly how many of its partitions an engine was asked for', () => {
    const partitions = { listed: 0, added: 10_000, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 0 }
    const engine = { engine: 'trino', read: 0, unread: 0, ms: 5 }
    const told = (visible: number, expected: number, added: number) =>
      shown(
        report([
          table({ partitions: { ...partitions, added }, engines: [{ ...engine, visible, expected }] }),
        ]),
      )
    expect(told(1_000, 1_000, 10_000)).toContain(
      '    trino sees 1,000 of the 1,000 newest of 10,000 new partitions',
    )
    expect(told(2, 2, 2)).toContain('    trino sees 2 of 2 new partitions')
  })

  it('says of what is held back: why, where, and what to do', () => {
    expect(shown(report([table({ diagnostics: [held] })])).slice(0, 4)).toEqual([
      'golden.orders: findings',
      '  ! INCOMPLETE_FILE the file is truncated',
      '      /golden/orders/2026/11/20/07/a.parquet',
      '      fix: write it again',
    ])
  })

  it('tells once what two catalogs or topics say in the same words, and one server that is down', () => {
    const error = { code: 'UNAVAILABLE', message: 'no answer', hint: 'start it', retryable: true } as const
    const failed = (name: string, part: Partial<TableReport> = {}) =>
      table({ table: name, outcome: 'failed', error, ...part })
    const lines = shown(
      report([
        table({ diagnostics: [held] }),
        table({ catalog: 'glue', diagnostics: [held, { ...held, message: 'another' }] }),
        failed('golden.a'),
        failed('golden.b'),
        failed('golden.c', { error: { ...error, message: 'refused' } }),
      ]),
    )
    expect(lines.filter(line => line.includes('the file is truncated'))).toHaveLength(1)
    expect(lines.filter(line => line.includes('another'))).toHaveLength(1)
    expect(lines.filter(line => line.includes('findings'))).toHaveLength(1)
    const two = [held, { ...held, path: '/golden/orders/2026/11/20/07/b.parquet' }]
    expect(
      shown(report([table({ diagnostics: two })])).filter(line => line.includes('.parquet')),
    ).toHaveLength(2)
    expect(lines.filter(line => line.includes('start it'))).toHaveLength(2)
    expect(lines).toContain('    UNAVAILABLE: as golden.a')
  })

  it('names no mode where nothing was scanned', () => {
    const { mode: _, ...named } = report([table({})])
    expect(shown(named).at(-1)).toMatch(/ \(run, 20 ms\)$/)
    expect(shown({ ...named, dryRun: true }).at(-1)).toMatch(/ \(plan, 20 ms\)$/)
  })

  it('shows ten findings of a kind and counts the rest', () => {
    const diagnostics = Array.from({ length: 1_000 }, () => held)
    expect(shown(report([], { diagnostics }))).toContain(
      '    … and 990 more INCOMPLETE_FILE (--verbose shows all)',
    )
  })

  it('shows what failed and what an engine does not see', () => {
    const error = { code: 'UNAVAILABLE', message: 'no answer', hint: 'start it', retryable: true } as const
    const lines = shown(
      report(
        [
          table({
            outcome: 'failed',
            error,
            engines: [{ engine: 'trino', visible: 1, expected: 3, read: 1, unread: 2, ms: 5 }],
          }),
        ],
        { failures: [{ location: 'hdfs://nn/golden', error }], partial: true },
      ),
    )
    expect(lines).toContain('✗ hdfs://nn/golden: no answer')
    expect(lines).toContain('    no answer')
    expect(lines).toContain('    what to do: start it')
    expect(lines).toContain(
      '    trino sees 1 of 3 new partitions, read 1 kind of file, and has yet to read 2 more',
    )
    expect(lines.at(-1)).toContain('errors: 2; what was done is kept, the rest is left for the next run')
  })
})

describe('an error on the terminal', () => {
  const error = new GoldsyncError('NOT_FOUND', 'no folder /golden', { hint: 'check lakes.location' })

  it('is a paragraph without a stack', () => {
    const terminal = screen()
    showError(terminal, error, false)
    expect(terminal.noted).toEqual([
      'goldsync: no folder /golden (NOT_FOUND)',
      '  what to do: check lakes.location',
    ])
  })

  it('has its stack when everything is asked for', () => {
    const terminal = screen()
    showError(terminal, error, true)
    expect(terminal.noted.join('\n')).toContain('cli-text.test.ts')
  })
})

describe('the progress line', () => {
  function openRun() {
    const terminal = screen()
    const clock = { now: 1_000 }
    const progress = openProgress(terminal, () => clock.now)
    /** The line that is drawn when this has happened, so many milliseconds later. */
    const later = (ms: number, ...events: Parameters<typeof progress.show>[0][]) => {
      for (const event of events.slice(0, -1)) progress.show(event)
      clock.now += ms
      progress.show(events.at(-1)!)
      return terminal.drawn.at(-1)!
    }
    return { terminal, progress, later }
  }
  const filled = (line: string) => [...line].filter(char => char === '█').length

  it('counts what is listed, then all partitions of a run, with rate and time left, in one bar', () => {
    const { later } = openRun()
    const table = 'golden.orders'
    expect(later(100, { kind: 'tables', count: 1 })).toBe(`${'░'.repeat(20)} listing`)
    expect(later(100, { kind: 'listed', table, done: 0, total: 4_000 })).toContain('0/4,000 partitions')
    later(100, { kind: 'listed', table, done: 1_000, total: 4_000 })
    const footers = Array.from(
      { length: 1_000 },
      (_, at) => ({ kind: 'footers', table, done: at, total: 1_000 }) as const,
    )
    const quarter = later(4_700, ...footers)
    expect([filled(quarter), quarter]).toEqual([
      5,
      expect.stringContaining('1,000/4,000 partitions, 200/s, 15 s left, golden.orders: footers'),
    ])
    const applied = later(
      0,
      { kind: 'applied', table, done: 1_000 },
      { kind: 'listed', table, done: 2_000, total: 4_000 },
    )
    expect(filled(applied)).toBe(5)
    const half = later(5_000, { kind: 'applied', table, done: 2_000 })
    expect([filled(half), half]).toEqual([10, expect.stringContaining('200/s, 10 s left')])
  })

  it('counts the tables of a run, and never goes back', () => {
    const { later } = openRun()
    const lines = [
      later(100, { kind: 'tables', count: 4 }, { kind: 'table', table: 'a.x', catalog: 'hive' }),
      later(
        100,
        { kind: 'listed', table: 'a.x', done: 5, total: 10 },
        { kind: 'applied', table: 'a.x', done: 5 },
      ),
      later(100, { kind: 'listed', table: 'a.x', done: 5, total: 100 }),
      later(100, { kind: 'done', table: 'a.x' }),
    ]
    expect(lines[3]).toContain('1/4 tables')
    expect(lines.map(filled)).toEqual([...lines.map(filled)].sort((a, b) => a - b))
    expect(filled(lines[3]!)).toBe(5)
  })

  it('is redrawn no faster than eyes see, and no more when it has ended', () => {
    const { terminal, progress, later } = openRun()
    later(100, { kind: 'tables', count: 1 })
    progress.show({ kind: 'done', table: 'a.x' })
    progress.end()
    later(100, { kind: 'done', table: 'a.y' })
    progress.end()
    expect(terminal.drawn).toEqual([expect.stringContaining('listing'), ''])
  })
})
