/** The recordings of pairs in words, for docs/evolution.md. */
import { PACKINGS, type Packing } from './packings.ts'
import { PAIRS, type Pair } from './pairs.ts'
import { type Fault, readUnder, type UnderAnswer, type UnderJudge } from './recordings.ts'

const JUDGES: readonly UnderJudge[] = ['hive', 'trino', 'presto', 'spark']

/** Where all conditions fail their names tell nothing. */
const MANY = 7

export const underInWords = (answer: UnderAnswer): string =>
  answer === 'right'
    ? 'right'
    : grouped(answer)
        .map(([where, words]) => `${where}${words.join('; ')}`)
        .join('; ')

/** By where it was seen. */
function grouped(faults: readonly Fault[]): [string, string[]][] {
  const groups = new Map<string, Map<string, string[]>>()
  for (const fault of faults) {
    const where = packed(fault.packings)
    const group = groups.get(where) ?? new Map<string, string[]>()
    const kind = kindOf(fault)
    group.set(kind, [...(group.get(kind) ?? []), ...fault.conditions])
    groups.set(where, group)
  }
  return [...groups].map(([where, kinds]) => [
    where,
    [...kinds].map(([kind, conditions]) => words(kind, conditions)),
  ])
}

const kindOf = ({ fault }: Fault): string => {
  const rows = /^(\d+) rows for (\d+)$/.exec(fault)
  if (rows) return Number(rows[1]) < Number(rows[2]) ? 'lose rows' : 'find others'
  return /^[A-Z_]+$|Exception$/.test(fault) ? `\`${fault}\`` : fault
}

function words(kind: string, conditions: readonly string[]): string {
  if (conditions.includes('values')) return kind
  const names = named(conditions)
  return kind.startsWith('`') ? `${names}: ${kind}` : `${names} ${kind}`
}

const BEYOND = / (above|below) the file’s type$/

function named(conditions: readonly string[]): string {
  const plain = conditions.filter(name => !BEYOND.test(name))
  if (plain.length === 0) return 'conditions with a value beyond the file’s type'
  return plain.length >= MANY ? 'conditions' : plain.map(name => `\`${name}\``).join(', ')
}

/** Named by what alone is enough for it. */
function packed(packings: readonly Packing[]): string {
  if (packings.includes('bare')) return ''
  const alone = (['statistics', 'dictionary', 'bloom filter'] as const).filter(packing =>
    packings.includes(packing),
  )
  const named = alone.length > 0 ? alone : PACKINGS.filter(packing => packings.includes(packing))
  return `with ${named.map(packing => WITH[packing] ?? packing).join(' or ')}: `
}

const WITH: Readonly<Partial<Record<Packing, string>>> = {
  statistics: 'bounds',
  dictionary: 'a dictionary',
  'bloom filter': 'a bloom filter',
  all: 'all of them',
}

const recorded = new Map(readUnder().map(({ pair, answers }) => [pair, answers]))
const isNulls = ({ name, values }: Pair): boolean => values.length === 0 || name.startsWith('nulls_')

/** Each pair with values. */
export const underTable = (): string[] => [
  '| stored as | table | Hive | Trino | Presto | Spark |',
  '|---|---|---|---|---|---|',
  ...PAIRS.filter(pair => !isNulls(pair)).map(pair => {
    const answers = recorded.get(pair.name) ?? {}
    return row([
      storedText(pair),
      `\`${pair.table}\``,
      ...JUDGES.map(judge => (answers[judge] ? underInWords(answers[judge]) : '')),
    ])
  }),
]

/** By what is stored: the types of the table under which an engine fails. */
export function nullsTable(): string[] {
  const nulls = PAIRS.filter(pair => isNulls(pair) && pair.values.length === 0)
  const kinds = [...new Set(nulls.map(storedText))]
  return [
    '| stored as | Trino fails under | right under |',
    '|---|---|---|',
    ...kinds.map(kind => {
      const tables = nulls.filter(pair => storedText(pair) === kind)
      const among = (right: boolean) =>
        tables
          .filter(
            ({ name }) => recorded.get(name)?.trino && (recorded.get(name)!.trino === 'right') === right,
          )
          .map(({ table }) => `\`${table}\``)
          .join(', ')
      return row([kind, among(false), among(true)])
    }),
  ]
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`

function storedText({ name, file, stored, values }: Pair): string {
  const text = typeof file === 'string' ? file : JSON.stringify(file).replaceAll('"', '')
  const notes = [
    stored === 'integers' ? 'as integers' : stored,
    ...NOTES.filter(([part]) => name.includes(part)).map(([, note]) => note),
    ...(values.length === 4 && values[3] === null ? ['a row group of only nulls'] : []),
  ].filter(note => note !== undefined)
  return `\`${text}\`${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

const NOTES = [
  ['rounded', 'values that a double does not have'],
  ['zero', '−0'],
  ['_cut', 'longer texts'],
  ['_blanks', 'blanks at the end'],
] as const
