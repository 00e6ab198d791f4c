/** What docs/types.md has of the recording: `npx tsx test/truth/page.ts`. */
import { ENGINE_VERSIONS } from '../../shared/evolution/engines.ts'
import { recordedPage } from '../support/recorded-page.ts'
import { remainingRows } from './reasons.ts'
import {
  type Cell,
  type Cells,
  cellOf,
  ENGINES,
  type RecordedFile,
  readRecorded,
  type TruthEngine,
} from './recorded.ts'

const PAGE = recordedPage('types.md', 'test/truth/truth.ts')

/** The page with its tables made anew. */
export const pageOf = (page: string, files: readonly RecordedFile[]): string =>
  PAGE.withPart(page, partOf(files))

export const readPage = PAGE.read

export const writePage = (): Promise<void> => PAGE.write(partOf(readRecorded()))

const partOf = (files: readonly RecordedFile[]): string => `${tablesOf(files).join('\n')}\n`

const TITLES: Readonly<Record<TruthEngine, string>> = {
  hive: ENGINE_VERSIONS.hive4,
  trino: ENGINE_VERSIONS.trino,
  presto: ENGINE_VERSIONS.presto,
  duckdb: ENGINE_VERSIONS.duckdb,
}
const ALL = ENGINES.map(engine => TITLES[engine])

const tablesOf = (files: readonly RecordedFile[]): string[] => [
  '### By type\n',
  ...table(['Parquet', 'table', 'columns', ...ALL], typeRows(files)),
  '\n### By packing\n',
  ...table(['packing', 'files', ...ALL], packingRows(files)),
  '\n### By writer\n',
  ...table(['writer', 'files', ...ALL], writerRows(files)),
  '\n### What remains\n',
  ...table(['engine', '', 'what', 'columns', 'why'], remainingRows(files, TITLES)),
  '\n### This build and the one before\n',
  ...table(
    ['engine', 'files', 'this build', 'files', 'the first build (7d16a01)'],
    ENGINES.map(engine => [
      TITLES[engine],
      ...countOf(files, engine, file => file.now),
      ...countOf(files, engine, file => file.before),
    ]),
  ),
]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .map(row => row.replace(/ +\|/g, ' |'))

/** Of findings on how a file is packed: these say nothing of its types. */
const PACKING: ReadonlySet<string> = new Set([
  'RARE_CODEC',
  'RARE_ENCODING',
  'COLUMN_ORDER',
  'DICTIONARY_AT_ZERO',
  'ROOT_NAME',
  'KEY_WITHOUT_VALUE',
  'ELEMENT_NAME',
])

interface Column {
  readonly file: RecordedFile
  readonly name: string
  readonly parquet: string
  readonly type: string
}

function typeRows(files: readonly RecordedFile[]): string[][] {
  const columns = files.flatMap(file =>
    file.columns.map(({ name, parquet, type, code }): Column => {
      const left = `left out (\`${code}\`)`
      return { file, name, parquet: general(parquet), type: type === undefined ? left : shape(type) }
    }),
  )
  const kinds = grouped(columns, ({ parquet, type }) => `${parquet}|${type}`)
  return [...kinds.values()].map(group => {
    const [{ parquet, type }] = group as [Column]
    const texts = ENGINES.map(engine =>
      inWords(group.flatMap(({ file, name }) => cellOf(file.now, engine, name) ?? [])),
    )
    return [parquet, type.startsWith('left') ? type : `\`${type}\``, String(group.length), ...texts]
  })
}

/** `INT32 DECIMAL(9,2)` → `INT32 DECIMAL` */
const general = (parquet: string): string =>
  parquet
    .replace(/ARRAY\(\d+\)/, 'ARRAY')
    .replace(/DECIMAL\((\d+),\d+\)/, (_, digits: string) =>
      Number(digits) > 38 ? 'DECIMAL, more than 38 digits' : 'DECIMAL',
    )

const shape = (type: string): string =>
  type
    .replace(/^(array|struct)<.*>$/, '$1<…>')
    .replace(/^map<.*>$/, 'map<…,…>')
    .replace(/^decimal\(.*\)$/, 'decimal(p,s)')

/** Counts only where not all are alike. */
function inWords(cells: readonly Cell[]): string {
  const told = cells.filter(({ is, why = '' }) => !(is === 'held' && PACKING.has(why)))
  const kinds = [...grouped(told, wordOf)].sort(([, a], [, b]) => b.length - a.length)
  if (kinds.length === 0) return 'not asked'
  return kinds.map(([word, { length }]) => (kinds.length > 1 ? `${length} ${word}` : word)).join(', ')
}

function wordOf({ is, why = '' }: Cell): string {
  const code = why === '' ? '' : ` (\`${why}\`)`
  switch (is) {
    case 'right':
      return 'right'
    case 'cut':
      return 'right, cut to its digits'
    case 'left':
      return `left out${code}`
    case 'held':
      return `held back${code}`
    case 'wrong':
      return '✗'
    default:
      is satisfies never
      throw new TypeError('not a cell')
  }
}

function packingRows(files: readonly RecordedFile[]): string[][] {
  const uses = files.flatMap(file =>
    [...file.codecs.map(codec => `codec ${codec}`), ...file.encodings].map(use => ({ use, file })),
  )
  return [...grouped(uses, ({ use }) => use)]
    .sort(([a], [b]) => Number(b.startsWith('codec')) - Number(a.startsWith('codec')) || (a < b ? -1 : 1))
    .map(([use, group]) => [
      use,
      String(group.length),
      ...ENGINES.map(engine =>
        packedInWords(
          use,
          group.map(({ file }) => file),
          engine,
        ),
      ),
    ])
}

const NESTED = /^(LIST|MAP|group|repeated)/

/** One column that is read is enough: others are held back for something else. */
function packedInWords(use: string, files: readonly RecordedFile[], engine: TruthEngine): string {
  const [, physical = ''] = use.startsWith('codec') ? [] : use.split(' ')
  const cells = files.flatMap(file =>
    file.columns
      .filter(({ parquet }) => parquet.startsWith(physical) || NESTED.test(parquet))
      .flatMap(({ name }) => cellOf(file.now, engine, name) ?? []),
  )
  if (cells.length === 0) return 'not asked'
  if (cells.some(({ is }) => is === 'right' || is === 'cut')) return 'right'
  const codes = new Set(cells.flatMap(({ why }) => why ?? []))
  return `not in tables (\`${[...codes].join('`, `')}\`)`
}

const writerRows = (files: readonly RecordedFile[]): string[][] =>
  [...grouped(files, ({ writer }) => writer.replace(/ *\(build.*$/, ''))].map(([writer, group]) => [
    writer,
    String(group.length),
    ...ENGINES.map(engine => countOf(group, engine, file => file.now)[1] as string),
  ])

/** How many files were asked for, and what became of their columns. */
function countOf(
  files: readonly RecordedFile[],
  engine: TruthEngine,
  build: (file: RecordedFile) => Cells,
): string[] {
  const asked = files.filter(file => build(file)[engine] !== undefined)
  const cells = asked.flatMap(file =>
    file.columns.flatMap(({ name }) => cellOf(build(file), engine, name) ?? []),
  )
  const count = (text: string, has: (cell: Cell) => boolean): string[] => {
    const { length } = cells.filter(has)
    return length > 0 ? [`${length} ${text}`] : []
  }
  const parts = [
    ...count('right', ({ is }) => is === 'right' || is === 'cut'),
    ...count('not in tables', ({ is, spared }) => (is === 'left' || is === 'held') && !spared),
    ...count('–', ({ spared }) => spared === true),
    ...count('✗', ({ is }) => is === 'wrong'),
  ]
  return [String(asked.length), asked.length > 0 ? parts.join(', ') : 'not asked']
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

if (import.meta.filename === process.argv[1]) await writePage()
