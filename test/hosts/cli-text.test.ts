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

function shown(value: Report): readonly string[] {
  const terminal = screen()
  showReport(terminal, value)
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
      'tables: 1 changed (recent run, 20 ms)',
    ])
  })

  it('says how often a busy catalog was asked again', () => {
    expect(shown(report([table({ retries: 1 })]))[0]).toContain('rows in them, 1 request sent again, 12 ms')
  })

  it('shows a plan’s statements, the long ones by their head', () => {
    const command = Array.from({ length: 100 }, (_, at) => `add partition ${at}`).join('\n')
    const steps = [{ kind: 'addPartitions', summary: 'add 100 partitions', command } as const]
    const lines = shown(report([table({ outcome: 'planned', steps })], { dryRun: true }))
    expect(lines.slice(0, 3)).toEqual([
      'golden.orders in hive',
      '  + add 100 partitions',
      '      add partition 0',
    ])
    expect(lines).toContain('      … 88 more lines (--json has all)')
  })

  it('says of what is held back: why, where, and what to do', () => {
    expect(shown(report([table({ diagnostics: [held] })])).slice(0, 4)).toEqual([
      'golden.orders: held back or noteworthy',
      '  ! INCOMPLETE_FILE the file is truncated',
      '      /golden/orders/2026/11/20/07/a.parquet',
      '      fix: write it again',
    ])
  })

  it('shows ten findings of a kind and counts the rest', () => {
    const diagnostics = Array.from({ length: 1_000 }, () => held)
    expect(shown(report([], { diagnostics }))).toContain(
      '    … and 990 more INCOMPLETE_FILE (--json has all)',
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
    expect(lines.at(-1)).toContain('errors: 2; work is left for the next run')
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
    expect(terminal.noted.at(-1)).toContain('cli-text.test.ts')
  })
})

describe('the progress line', () => {
  it('adds up all tables, and is redrawn no faster than eyes see', () => {
    const terminal = screen()
    let now = 1_000
    const progress = openProgress(terminal, () => now)
    progress.show({ kind: 'footers', table: 'a.x', done: 10, total: 10 })
    progress.show({ kind: 'footers', table: 'a.y', done: 1, total: 10 })
    now += 100
    progress.show({ kind: 'footers', table: 'a.y', done: 2, total: 10 })
    progress.end()
    expect(terminal.drawn).toEqual([
      `${'█'.repeat(24)} a.x: footers 10/10`,
      `${'█'.repeat(14)}${'░'.repeat(10)} a.y: footers 2/10`,
      '',
    ])
  })
})
