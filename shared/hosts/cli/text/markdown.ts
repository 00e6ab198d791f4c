/** A plan for a pull request: Markdown, in which names are text and nothing else. Pure. */
import type { ErrorSummary } from '../../../base/errors.ts'
import { errorsOf, findingsOf, type Report, type StepReport, type TableReport } from '../../../run/report.ts'
import type { Diagnostic } from '../../../schema/diagnostic.ts'
import { visibleLines } from './cleaned.ts'

/** Characters of the whole: a comment has room for 65,536. */
const ROOM = 60_000
/** Characters of the statements of one table. */
const STATEMENTS = 4_000
/** Characters of a message, as it is given: each sign can take eight. */
const WORDS = 1_000
/** Findings that are shown, and errors. */
const FINDINGS = 20
const TABLES = 50

export function markdownOf(report: Report): string {
  const changing = report.tables.filter(({ steps, error }) => steps.length > 0 || error)
  const rest = report.tables.length - changing.length
  const findings = findingsOf(report).filter(({ severity }) => severity !== 'info')
  // What matters most gets its room first; statements take what is left.
  const fitting = openRoom(ROOM)
  const errors = fitting(errorsOf(report).map(lineOfError), FINDINGS)
  const rows = fitting(changing.map(rowOf), TABLES)
  const told = fitting(findings.map(lineOfFinding), FINDINGS)
  const details = fitting(changing.map(detailsOf).filter(isSome), TABLES)
  return [
    '## goldsync plan',
    changing.length === 0 ? 'Nothing to change.' : [HEAD, ...rows.shown].join('\n'),
    ...more(rows, 'tables'),
    ...(rest > 0 && changing.length > 0 ? [`${rest} other tables stay as they are.`] : []),
    ...details.shown,
    ...more(details, 'tables whose statements are not shown'),
    ...errors.shown,
    ...more(errors, 'errors'),
    ...(findings.length > 0 ? ['### Findings', told.shown.join('\n'), ...more(told, 'findings')] : []),
  ].join('\n\n')
}

interface Fitting {
  readonly shown: readonly string[]
  /** How many are not. */
  readonly left: number
}

/** One budget of characters for all that is told: gives the first ones for which there is room. */
function openRoom(room: number): (parts: readonly string[], most: number) => Fitting {
  let left = room
  return (parts, most) => {
    const shown: string[] = []
    for (const part of parts.slice(0, most)) {
      if (part.length > left) break
      left -= part.length
      shown.push(part)
    }
    return { shown, left: parts.length - shown.length }
  }
}

const more = ({ left }: Fitting, what: string): string[] => (left > 0 ? [`… and ${left} more ${what}.`] : [])

const isSome = (part: string): boolean => part !== ''

const HEAD =
  '| table | catalog | add | alter | move | drop | held back | steps |\n|---|---|--:|--:|--:|--:|--:|---|'

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

function detailsOf({ table, catalog, steps }: TableReport): string {
  const commands = commandsOf(steps)
  if (commands === '') return ''
  return [
    `<details><summary>${text(table)} in ${text(catalog)}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}</summary>`,
    fenced(commands),
    '</details>',
  ].join('\n\n')
}

function commandsOf(steps: readonly StepReport[]): string {
  const all = steps.flatMap(({ command }) => visibleLines(command)).join('\n')
  return all.length <= STATEMENTS ? all : `${all.slice(0, STATEMENTS)}\n… (${all.length} characters)`
}

/** A fence longer than any run of backticks in what it holds. */
function fenced(content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map(({ length }) => length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sql\n${content}\n${fence}`
}

const lineOfError = ({ code, message, hint }: ErrorSummary): string =>
  `- **${text(code)}** ${text(message)}${remedy(hint)}`

function lineOfFinding({ code, severity, message, path, partition, fix }: Diagnostic): string {
  const where = path ?? partition
  const place = where === undefined || message.includes(where) ? '' : ` (${text(where)})`
  return `- **${text(code)}** (${severity}) ${text(message)}${place}${remedy(fix)}`
}

const remedy = (fix: string | undefined): string => (fix === undefined ? '' : `<br>What to do: ${text(fix)}`)

const clipped = (given: string): string => (given.length <= WORDS ? given : `${given.slice(0, WORDS)}…`)

/** Nothing of it is markup, a formula, a link, a mention or a line's end. */
const text = (given: string): string =>
  [...clipped(given).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')]
    .map(sign => (/[\p{L}\p{N} ,;()'"/=%+?]/u.test(sign) ? sign : `&#${sign.codePointAt(0)};`))
    .join('')
