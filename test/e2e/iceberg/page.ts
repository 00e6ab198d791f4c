/** The table of docs/iceberg.md, made from the recordings: `npx tsx test/e2e/iceberg/record.ts`. */
import { recordedPage } from '../../support/recorded-page.ts'
import type { Answer, Part } from '../evolution/recordings.ts'
import { READERS, type Reader, type Recording } from './recordings.ts'

const PAGE = recordedPage('iceberg.md', 'test/e2e/iceberg/record.ts')

const NAMES: Readonly<Record<Reader, string>> = {
  trino: 'Trino 476',
  spark: 'Spark 4.0.0, Iceberg 1.10.1',
  pyiceberg: 'PyIceberg 0.12.0',
  duckdb: 'DuckDB 1.5.5',
}

const TITLES: Readonly<Record<Recording['group'], string>> = {
  layouts: 'layouts; columns added, widened, reordered, in another case',
  types: 'types',
  columns: 'columns',
  integers: 'integers',
  floating: 'floating point',
  decimals: 'decimals',
  times: 'dates and timestamps',
  text: 'text and bytes',
  structs: 'structs',
  arrays: 'arrays',
  maps: 'maps',
  shapes: 'scalars and nested types',
}

/** The page with its table made anew. */
export const pageOf = (page: string, recordings: readonly Recording[]): string =>
  PAGE.withPart(page, `${tableOf(recordings)}\n`)

export const readPage = PAGE.read

export const writePage = (recordings: readonly Recording[]): Promise<void> =>
  PAGE.write(`${tableOf(recordings)}\n`)

function tableOf(recordings: readonly Recording[]): string {
  const head = ['', 'table', ...READERS.map(reader => NAMES[reader]), 'said']
  const groups = [...new Set(recordings.map(({ group }) => group))]
  return [
    row(head),
    row(head.map(() => '---')),
    ...groups.flatMap(group => [
      `| **${TITLES[group]}** |`,
      ...recordings.filter(recording => recording.group === group).map(recordingRow),
    ]),
  ].join('\n')
}

const recordingRow = ({ change, held, table, codes, answers }: Recording): string =>
  row([
    change,
    held
      ? 'held back'
      : table
          .filter(column => !column.startsWith('id '))
          .map(code)
          .join(', '),
    ...READERS.map(reader => (held ? '' : inWords(answers[reader]))),
    codes.map(code).join(', '),
  ])

const PARTS: Readonly<Record<Part, string>> = { old: 'old', new: 'new', mixed: 'both', filter: 'conditions' }

function inWords(answer: Answer | undefined): string {
  if (answer === undefined || answer === 'right') return answer ?? ''
  const texts = [...new Set(Object.values(answer))]
  return texts
    .map(text => {
      const parts = (Object.keys(answer) as Part[]).filter(part => answer[part] === text)
      return `${parts.map(part => PARTS[part]).join(', ')}: ${/^[A-Z_]+$/.test(text) ? code(text) : text}`
    })
    .join('; ')
}

const code = (text: string): string => `\`${text}\``
const row = (cells: readonly string[]): string =>
  `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
