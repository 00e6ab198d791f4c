/** The tables of docs/evolution.md, made from the recordings: `npx tsx test/e2e/evolution/page.ts`. */
import { recordedPage } from '../../support/recorded-page.ts'
import { CELLS, type Group, type Version } from './cells.ts'
import { type Answer, type Forced, type Judge, type Recording, readRecordings } from './recordings.ts'
import { nullsTable, underInWords, underTable } from './under/page.ts'
import { PAIRS, type Pair } from './under/pairs.ts'
import { readUnder, type UnderAnswer, type UnderJudge } from './under/recordings.ts'

const PAGE = recordedPage('evolution.md', 'test/e2e/evolution/record.ts')

const TITLES: Readonly<Record<Group, string>> = {
  columns: 'columns',
  integers: 'integers and booleans',
  floating: 'floating point',
  decimals: 'decimals',
  times: 'dates and timestamps',
  text: 'text and bytes',
  structs: 'structs',
  arrays: 'arrays',
  maps: 'maps',
  shapes: 'scalars and nested types',
}

/** The page with its tables made anew. */
export const pageOf = (page: string, recordings: readonly Recording[]): string =>
  PAGE.withPart(page, tablesOf(recordings))

export const readPage = PAGE.read

export const writePage = (recordings: readonly Recording[]): Promise<void> => PAGE.write(tablesOf(recordings))

function tablesOf(recordings: readonly Recording[]): string {
  const done = recordings.filter(({ held }) => !held)
  const held = recordings.filter(recording => recording.held)
  return [
    '### What goldsync does by itself\n',
    '| change | table | Hive | Trino | Presto | said |\n|---|---|---|---|---|---|',
    ...grouped(done, doneRow),
    '\n### What it holds back, and what happens to those who do not\n',
    '| change | registered, the table as it was | the table and its partitions given the new type |\n|---|---|---|',
    ...grouped(held, heldRow),
    '\n### Conditions on a column that is stored as another type\n',
    ...underTable(),
    '\n### Columns that are only null\n',
    ...nullsTable(),
    '',
  ].join('\n')
}

const grouped = (recordings: readonly Recording[], row: (recording: Recording) => string): string[] =>
  (Object.keys(TITLES) as Group[]).flatMap(group => {
    const rows = recordings.filter(recording => recording.group === group).map(row)
    return rows.length > 0 ? [`| **${TITLES[group]}** |`, ...rows] : []
  })

function doneRow({ cell, change, table, codes, answers }: Recording): string {
  const under = pairsOf(CELLS[cell]!, table)
  const cells = [
    change,
    table.slice(1).map(code).join(', '),
    withConditions(inWords(answers.hive), under, 'hive'),
    withConditions(trino(answers), under, 'trino'),
    withConditions(presto(answers), under, 'presto'),
    codes.map(code).join(', '),
  ]
  return `| ${cells.map(escaped).join(' | ')} |`
}

const UNDER = new Map(readUnder().map(({ pair, answers }) => [pair, answers]))

/** Struct fields, by the leaf that differs. */
const FIELDS: Readonly<Record<string, string>> = {
  'a:int32 a:bigint': 'field_int_bigint',
  'a:float a:double': 'field_float_double',
}

/** The pairs of what was stored and the table's type, of the versions of a cell. */
function pairsOf(
  { old, new: now }: { readonly old: Version; readonly new: Version },
  table: readonly string[],
): string[] {
  const [, type = ''] = /^v (.*)$/.exec(table.find(column => column.startsWith('v ')) ?? '') ?? []
  const names = [old, now].flatMap(version => {
    const file = version.columns.find(([name]) => name === 'v')?.[1]
    const stored = version.options?.store_decimal_as_integer
      ? 'integers'
      : version.options?.use_deprecated_int96_timestamps
        ? 'INT96'
        : undefined
    const fields = Object.entries(FIELDS).flatMap(([key, pair]) => {
      const [from, to] = key.split(' ') as [string, string]
      return type.includes('struct') && fieldsOf(file).includes(from) && type.includes(to) ? [pair] : []
    })
    const same = ({ name, file: other, table, stored: how }: Pair) =>
      JSON.stringify(other) === JSON.stringify(file) && table === type && how === stored && !ODD.test(name)
    return [...(type.startsWith('struct') ? fields : []), ...PAIRS.filter(same).map(({ name }) => name)]
  })
  return [...new Set(names)]
}

/** Pairs of odd values, which the rows of the table are not about. */
const ODD = /zero|_cut|_blanks|^group_of_nulls/

const fieldsOf = (file: unknown): string[] =>
  typeof file === 'object' && file !== null && 'struct' in file
    ? Object.entries(file.struct as Record<string, unknown>).map(([name, type]) => `${name}:${type}`)
    : []

function withConditions(text: string, pairs: readonly string[], judge: UnderJudge): string {
  const wrong = pairs.flatMap(pair => {
    const answer: UnderAnswer | undefined = UNDER.get(pair)?.[judge]
    return answer === undefined || answer === 'right' ? [] : [underInWords(answer)]
  })
  // That conditions fail is said with more words there.
  const rest = wrong.length > 0 ? text.replace(/^conditions: `\w+`$/, 'values right') : text
  return [rest, ...new Set(wrong)].join('; ')
}

const heldRow = ({ change, forced }: Recording): string =>
  `| ${[change, ...(forced ? [forcedInWords(forced.stands), forcedInWords(forced.widened)] : ['', ''])].map(escaped).join(' | ')} |`

function forcedInWords({ refused, answers }: Forced): string {
  const engines = [
    ['Hive', inWords(answers.hive)],
    ['Trino', trino(answers)],
    ['Presto', presto(answers)],
  ].filter(([, text]) => text !== '')
  const wrong = engines.filter(([, text]) => text !== 'right').map(([name, text]) => `${name} ${text}`)
  const seen = engines.length === 0 ? [] : wrong.length === 0 ? ['right'] : wrong
  const no = [...(refused?.metastore ? ['4.0.1'] : []), ...(refused?.metastore3 ? ['3.1.3'] : [])]
  return [...(no.length > 0 ? [`refused by the metastore ${no.join(' and ')}`] : []), ...seen].join('; ')
}

type Answers = Readonly<Partial<Record<Judge, Answer>>>

/** The same over both metastores, or both. */
function trino({ trino: four, trino3: three }: Answers): string {
  const [on4, on3] = [inWords(four), inWords(three)]
  if (on4 === on3 || three === undefined) return on4
  return four === undefined ? on3 : `${on4}; over Hive 3.1.3: ${on3}`
}

function presto({ presto: byIndex, prestoByName }: Answers): string {
  const [plain, named] = [inWords(byIndex), inWords(prestoByName)]
  return prestoByName === undefined || plain === named ? plain : `${plain}; by name: ${named}`
}

const PARTS = { old: 'old', new: 'new', mixed: 'both', filter: 'conditions' } as const

/** One text for parts that have the same fault. */
function inWords(answer: Answer | undefined): string {
  if (answer === undefined || answer === 'right') return answer ?? ''
  const parts = new Map<string, string[]>()
  for (const [part, text] of Object.entries(answer))
    parts.set(text, [...(parts.get(text) ?? []), PARTS[part as keyof typeof PARTS]])
  return [...parts].map(([text, where]) => `${where.join(', ')}: ${shown(text)}`).join('; ')
}

/** Errors as code. */
const shown = (text: string): string => (/^([A-Z_]+$|\w+Exception)/.test(text) ? code(text) : text)

const code = (text: string): string => `\`${text}\``
const escaped = (text: string): string => text.replaceAll('|', '\\|')

if (import.meta.filename === process.argv[1]) await writePage(readRecordings())
