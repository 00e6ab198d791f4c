/** A plan for a pull request: Markdown, in which names are text and nothing else. Pure. */
import { errorsOf, findingsOf, type Report, type StepReport, type TableReport } from '../../../run/report.ts'
import type { Diagnostic } from '../../../schema/diagnostic.ts'

/** Characters of the statements of one table, and findings that are shown: a comment has room for 65,536 characters. */
const STATEMENTS = 4_000
const FINDINGS = 20
const TABLES = 50

export function markdownOf(report: Report): string {
  const changing = report.tables.filter(({ steps, error }) => steps.length > 0 || error)
  const rest = report.tables.length - changing.length
  const findings = findingsOf(report).filter(({ severity }) => severity !== 'info')
  return [
    '## goldsync plan',
    changing.length === 0 ? 'Nothing to change.' : tableOf(changing.slice(0, TABLES)),
    ...(changing.length > TABLES ? [`… and ${changing.length - TABLES} more tables.`] : []),
    ...(rest > 0 && changing.length > 0 ? [`${rest} other tables stay as they are.`] : []),
    ...changing.slice(0, TABLES).flatMap(detailsOf),
    ...errorsOf(report).map(
      ({ code, message, hint }) => `- **${text(code)}** ${text(message)}${remedy(hint)}`,
    ),
    ...(findings.length > 0 ? ['### Findings', ...listOf(findings)] : []),
  ].join('\n\n')
}

const HEAD =
  '| table | catalog | add | alter | move | drop | held back | steps |\n|---|---|--:|--:|--:|--:|--:|---|'

const tableOf = (tables: readonly TableReport[]): string => [HEAD, ...tables.map(rowOf)].join('\n')

function rowOf({ table, catalog, partitions, steps, error }: TableReport): string {
  const { added, altered, moved, dropped, held } = partitions
  const others = steps.filter(({ kind }) => OF_TABLE.has(kind)).map(({ summary }) => text(summary))
  const what = error ? `failed: ${text(error.code)}` : others.join('<br>')
  return `| ${[text(table), text(catalog), added, altered, moved, dropped, held, what].join(' | ')} |`
}

const OF_TABLE: ReadonlySet<string> = new Set([
  'createDatabase',
  'createTable',
  'addColumns',
  'changeColumnTypes',
  'moveTable',
])

function detailsOf({ table, catalog, steps }: TableReport): string[] {
  const commands = commandsOf(steps)
  if (commands === '') return []
  return [
    `<details><summary>${text(table)} in ${text(catalog)}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}</summary>`,
    fenced(commands),
    '</details>',
  ]
}

function commandsOf(steps: readonly StepReport[]): string {
  const all = steps.map(({ command }) => command).join('\n')
  return all.length <= STATEMENTS ? all : `${all.slice(0, STATEMENTS)}\n… (${all.length} characters)`
}

/** A fence longer than any run of backticks in what it holds. */
function fenced(content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sql\n${content}\n${fence}`
}

function listOf(findings: readonly Diagnostic[]): string[] {
  const items = findings.slice(0, FINDINGS).map(({ code, severity, message, path, partition, fix }) => {
    const where = path ?? partition
    const place = where === undefined || message.includes(where) ? '' : ` (${text(where)})`
    return `- **${text(code)}** (${severity}) ${text(message)}${place}${remedy(fix)}`
  })
  return [
    [...items, ...(findings.length > FINDINGS ? [`- … and ${findings.length - FINDINGS} more`] : [])].join(
      '\n',
    ),
  ]
}

const remedy = (fix: string | undefined): string => (fix === undefined ? '' : `<br>What to do: ${text(fix)}`)

/** Nothing of it is markup, a link, a mention or a line's end. */
const text = (given: string): string =>
  [...given.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')]
    .map(sign => (/[\p{L}\p{N} ,;()'"/=%+$^?]/u.test(sign) ? sign : `&#${sign.codePointAt(0)};`))
    .join('')
