/** Reads the rows of DESCRIBE FORMATTED (Hive 3 and 4): columns first, then sections that begin with `# `. */

import type { Row } from '../../hiveserver2/client.ts'
import type { Column, Parameters, Table, TableName } from '../../schema/table.ts'
import { parseType } from '../../schema/type.ts'
import { formatOf, kindOf, traitsOf } from '../hive-tables.ts'

export interface Description {
  readonly columns: readonly Column[]
  readonly partitionKeys: readonly Column[]
  /** `Location`, `Table Type`, `InputFormat` and the like, without their colon. */
  readonly facts: ReadonlyMap<string, string>
  readonly parameters: Parameters
  readonly serdeParameters: Parameters
}

interface Entry {
  readonly name: string
  readonly value: string
  readonly note: string
}

/** Takes the rows apart; lines of somebody's multi-line comments are left out. */
export function readDescription(rows: readonly Row[]): Description {
  const sections = splitSections(rows)
  const entries = (section: string): readonly Entry[] => sections.get(section) ?? []
  const facts = [...sections].filter(([title]) => FACTS.test(title)).flatMap(([, inside]) => inside)
  const parameters = [...entries('Table Parameters:'), ...entries('Partition Parameters:')]
  return {
    columns: entries('').map(column),
    partitionKeys: entries('# Partition Information').map(column),
    facts: new Map(facts.map(({ name, value }) => [name.replace(/:$/, ''), value])),
    parameters: toParameters(parameters),
    serdeParameters: toParameters(entries('Storage Desc Params:')),
  }
}

const toParameters = (entries: readonly Entry[]): Parameters =>
  Object.fromEntries(entries.map(({ value, note }) => [value, unescapeJava(note)]))

const FACTS = /^# (Detailed (Table|Partition)|Storage) Information$/
const TITLE = /^# (?!col_name)|^(Table Parameters|Partition Parameters|Storage Desc Params):$/

/** Entries by the title of their section; the table's columns come before any title. */
function splitSections(rows: readonly Row[]): ReadonlyMap<string, readonly Entry[]> {
  let section: Entry[] = []
  const sections = new Map([['', section]])
  for (const row of rows) {
    const [name = '', value = '', note = ''] = [row.col_name, row.data_type, row.comment].map(cell =>
      cell?.trimEnd(),
    )
    if (value === '' && TITLE.test(name)) {
      section = []
      sections.set(name, section)
    } else if (value !== '' && name !== '# col_name') section.push({ name, value, note })
  }
  return sections
}

const column = ({ name, value, note }: Entry): Column => ({
  name,
  type: parseType(value),
  ...(note === '' ? {} : { comment: unescapeJava(note) }),
})

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

// Hive prints comments and parameters through commons-lang's escapeJava.
const unescapeJava = (text: string): string =>
  text.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, hex: string | undefined, char: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (CONTROLS[char] ?? char),
  )

/** A table from its description. */
export function describedTable(name: TableName, rows: readonly Row[]): Table {
  const { columns, partitionKeys, facts, parameters, serdeParameters } = readDescription(rows)
  return {
    name,
    kind: kindOf(facts.get('Table Type') ?? '', parameters),
    format: formatOf(facts.get('InputFormat') ?? '', facts.get('SerDe Library'), parameters),
    columns,
    partitionKeys,
    location: facts.get('Location') ?? '',
    parameters,
    ...traitsOf({
      numBuckets: Number(facts.get('Num Buckets') ?? 0),
      storedAsSubDirectories: facts.get('Stored As SubDirectories') === 'Yes',
      serdeParameters,
      parameters,
    }),
  }
}
