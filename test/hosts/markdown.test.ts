import { describe, expect, it } from 'vitest'
import { markdownOf } from '../../shared/hosts/cli/text/markdown.ts'
import { runReport, tableReport } from '../support/report.ts'

const planned = (part = {}) =>
  tableReport({
    outcome: 'planned',
    steps: [
      {
        kind: 'createTable',
        summary: 'create table golden.orders',
        command: 'CREATE EXTERNAL TABLE `golden`.`orders` (id int)',
      },
      { kind: 'addPartitions', summary: 'add 24 partitions', command: 'ALTER TABLE …' },
    ],
    partitions: { listed: 24, added: 24, altered: 0, moved: 0, dropped: 0, unchanged: 0, held: 1 },
    ...part,
  })

describe('a plan as Markdown', () => {
  it('is a table of tables, their statements, and findings with what to do', () => {
    const finding = {
      code: 'NOT_PARQUET',
      severity: 'warning',
      message: 'no Parquet file',
      path: '/golden/x',
      fix: 'move it',
    } as const
    const text = markdownOf(
      runReport([planned({ diagnostics: [finding] }), tableReport({ outcome: 'unchanged' })]),
    )
    expect(text).toContain(
      '| golden&#46;orders | hive | 24 | 0 | 0 | 0 | 1 | create table golden&#46;orders |',
    )
    expect(text).toContain('<details><summary>golden&#46;orders in hive: 2 steps</summary>')
    expect(text).toContain('```sql\nCREATE EXTERNAL TABLE `golden`.`orders` (id int)\nALTER TABLE …\n```')
    expect(text).toContain(
      '- **NOT&#95;PARQUET** (warning) no Parquet file (/golden/x)<br>What to do: move it',
    )
    expect(text).toContain('1 other tables stay as they are.')
  })

  it('says that there is nothing to change', () => {
    expect(markdownOf(runReport([tableReport({ outcome: 'unchanged' })]))).toContain('Nothing to change.')
  })

  it.each([
    ['a script tag', '<script>alert(1)</script>'],
    ['a cell', 'a|b'],
    ['a line', 'a\n# b'],
    ['a mention', '@everybody'],
    ['a link', '[x](https://example.com)'],
    ['a text that runs backwards', 'a\u202eb'],
    ['a formula', '$\\color{red}{\\textsf{approved}}$'],
    ['a formula of its own', '$$x$$'],
  ])('takes a name like %s for a name', (_, name) => {
    const finding = { code: 'X', severity: 'error', message: name } as const
    const [head = '', findings = ''] = markdownOf(
      runReport([planned({ table: name, diagnostics: [finding] })]),
    ).split('### Findings')
    for (const part of [head.split('<details>')[0] ?? '', findings]) {
      expect(part.replaceAll('<br>', '')).not.toMatch(/<script|@|\[x\]|\u202e|\$/)
      expect(part.split('\n').filter(line => line.startsWith('# '))).toEqual([])
    }
    expect(
      head
        .split('\n')
        .find(line => line.includes(' hive '))
        ?.split('|'),
    ).toHaveLength(10)
  })

  it.each([
    ['statements of many tables', 40, 4_000, 0],
    ['tables with names that take much as entities', 120, 400, 0],
    ['findings of many tables', 50, 3_000, 9_000],
  ])('fits into a comment with %s, and says what is left out', (_, count, statement, finding) => {
    const diagnostics = [{ code: 'X', severity: 'error', message: '.'.repeat(finding) } as const]
    const tables = Array.from({ length: count }, (_, at) =>
      planned({
        table: `golden.${'_'.repeat(100)}${at}`,
        steps: [{ kind: 'createTable', summary: 'create', command: 'x'.repeat(statement) }],
        ...(finding > 0 ? { diagnostics } : {}),
      }),
    )
    const text = markdownOf(runReport(tables))
    expect(text.length).toBeLessThan(65_536)
    expect(text).toMatch(/\u2026 and \d+ more /)
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0)
  })

  it('shows the beginning of a message that has no end', () => {
    const finding = { code: 'X', severity: 'error', message: `first words ${'.'.repeat(100_000)}` } as const
    const text = markdownOf(runReport([planned({ diagnostics: [finding] })]))
    expect(text).toContain('first words')
    expect(text).toContain('<details>')
    expect(text.length).toBeLessThan(65_536)
  })

  it('shuts no fence before its end', () => {
    const text = markdownOf(
      runReport([planned({ steps: [{ kind: 'createTable', summary: 's', command: '```\n# mine' }] })]),
    )
    expect(text).toContain('````sql\n```\n# mine\n````')
  })
})
