/**
 * Names that an engine keeps for itself or cannot read, and a file without them, for those who read it. What the rules are made
 * from was asked of the engines (test/e2e/names, test/fixtures/names.json), or is in their source. Pure.
 */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { DataFile, Undeclared } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import type { StructField, Type } from '../schema/type.ts'
import { ENGINE_VERSIONS } from './engines.ts'
import { troublesFor } from './readers.ts'

interface NameFact extends EngineEffect {
  readonly place: 'column' | 'field'
  readonly hits: (name: string) => boolean
}

const fact = (
  engine: EngineEffect['engine'],
  place: NameFact['place'],
  what: string,
  hits: NameFact['hits'],
): NameFact => ({ engine, effect: 'refusesColumn', what, place, hits })

const oneOf = (...names: readonly string[]): NameFact['hits'] => {
  const known = new Set(names)
  return name => known.has(name)
}

/** All characters are letters or digits of the first 65,536, or these. */
const other = (more: string): NameFact['hits'] => {
  const all = new RegExp(`^[\\p{L}\\p{Nd}${more}]+$`, 'u')
  return name => !all.test(name) || /[\u{10000}-\u{10FFFF}]/u.test(name)
}

// HiveColumnHandle. `$bucket` is there in bucketed tables only, `$partition` in partitioned ones, which goldsync's are.
const TRINO_OWN = oneOf('$path', '$file_size', '$file_modified_time', '$partition')
const PRESTO_OWN = oneOf('$path', '$file_size', '$file_modified_time', '$row_id')

// VirtualColumn, in lower case as catalogs have them; those of its registry: others are there for some statements only.
const HIVE_3_OWN = ['input__file__name', 'block__offset__inside__file', 'row__id']
const HIVE_4_OWN = [...HIVE_3_OWN, 'row__is__deleted']

// Those of its VirtualColumn that are there for some statements only: no table can be made with them.
const HIVE_SQL_OWN = oneOf(
  ...HIVE_4_OWN,
  ...['row__offset__inside__block', 'raw__data__size', 'grouping__id', 'partition__spec__id'],
  ...['partition__hash', 'file__path', 'row__position'],
)

/** Whether Hive's own statements refuse to make a column or field of this name. */
const hiveSqlRefuses = (name: string, place: NameFact['place']): boolean =>
  place === 'column' ? /[.:]/.test(name) || HIVE_SQL_OWN(name) : other('_$. ')(name)

const EVERY_QUERY = 'fails on every query of a table with'
const HIDDEN = 'leaves out of `select *` a column that is named like one of its own'

const HIVE = (['hive3', 'hive4'] as const).flatMap(engine => [
  // The parser of its schema stops; `.` and `:` break expressions, `,` its list of columns.
  fact(engine, 'column', `${EVERY_QUERY} such a column`, name => /[; {}()=\n\t]/.test(name)),
  fact(engine, 'column', 'fails on, or reads NULL for, such a column', name => /[.:,]/.test(name)),
  fact(engine, 'column', HIDDEN, oneOf(...(engine === 'hive3' ? HIVE_3_OWN : HIVE_4_OWN))),
  fact(engine, 'field', `${EVERY_QUERY} such a field`, other('_$.')),
])

const FACTS: readonly NameFact[] = [
  ...HIVE,
  fact('trino', 'column', `${EVERY_QUERY} a column that is named like one of its own`, TRINO_OWN),
  fact('trino', 'field', `${EVERY_QUERY} such a field`, other('_$. ')),
  fact('presto', 'column', `${EVERY_QUERY} a column that is named like one of its own`, PRESTO_OWN),
  fact('presto', 'column', 'fails on conditions on such a column', other('_$. :/@|#\\-')),
  fact('presto', 'field', `${EVERY_QUERY} such a field`, other('_$. ')),
  fact('presto', 'field', 'cannot read such a field', name => !/^[a-z_][a-z0-9_]*$/.test(name)),
]

/** What engines make of a name, in lower case. One reason for each engine. */
export function nameEffects(name: string, place: NameFact['place']): readonly EngineEffect[] {
  const found = FACTS.filter(fact => fact.place === place && fact.hits(name)).toReversed()
  const first = new Map(found.map(({ engine, effect, what }) => [engine, { engine, effect, what }]))
  return [...first.values()].toReversed()
}

/**
 * Whether Hive cannot parse a schema with this name. It writes that of each column that a table declares as text and reads it
 * back: without the fields that the table does not declare, but for those beneath maps, and beneath lists of lists or maps.
 */
export const breaksHiveSchema = (name: string): boolean => name === '' || /[ ,;{}()=\n\t]/.test(name)

interface NameRules {
  readonly readers: readonly Reader[]
  /** Whether the table is made by Hive's own statements. */
  readonly hiveSql?: boolean
}

/**
 * The file without columns and fields whose names one of the readers cannot read, or no table can be made with; those that
 * the table has stay.
 * @param table its columns, in which names that it has are looked up
 */
export function withoutNames(
  file: DataFile,
  { readers, hiveSql = false }: NameRules,
  table: readonly Column[] = [],
): DataFile {
  const pruning: Pruning = { readers, hiveSql, findings: [], undeclared: [] }
  const known = new Map(table.map(({ name, type }) => [name, type]))
  const columns = file.columns.flatMap((column): Column[] => {
    const { name } = column
    if (!known.has(name) && refused(pruning, column, [name], 'column')) return []
    const type = prune(pruning, column.type, [name], known.get(name))
    return type === undefined ? [] : type === column.type ? [column] : [{ ...column, type }]
  })
  if (pruning.findings.length === 0) return file
  return {
    ...file,
    columns,
    allNames: file.allNames ?? file.columns.map(({ name }) => name),
    undeclared: [...(file.undeclared ?? []), ...pruning.undeclared],
    diagnostics: [...file.diagnostics, ...pruning.findings.map(found => ({ ...found, path: file.path }))],
  }
}

interface Pruning extends Required<NameRules> {
  readonly findings: Diagnostic[]
  readonly undeclared: Undeclared[]
}

function refused(
  { readers, hiveSql, findings, undeclared }: Pruning,
  { name, type }: StructField,
  path: Path,
  place: NameFact['place'],
): boolean {
  const engines = troublesFor(nameEffects(name, place), readers)
  const isUnmade = hiveSql && hiveSqlRefuses(name, place)
  if (engines.length === 0 && !isUnmade) return false
  const column = path.map(step => INNER[step] ?? step).join('.')
  findings.push(isUnmade ? unmade(column) : unread(column, engines))
  undeclared.push({ path, shape: 'typed', type })
  return true
}

/** As `Undeclared.path`. */
type Path = Undeclared['path']

/** For people. */
const INNER: Readonly<Record<string, string>> = { '[]': 'element', '{value}': 'value' }

const unread = (column: string, engines: readonly EngineEffect[]): Diagnostic => ({
  ...USUAL,
  column,
  engines,
  message: `the name of column '${column}' is none for ${engines.map(({ engine }) => ENGINE_VERSIONS[engine]).join(' and ')}`,
  fix: 'rename the column in the writer; where that engine does not read the lake, say who does: lakes[].readers',
})

const unmade = (column: string): Diagnostic => ({
  ...USUAL,
  column,
  message: `the name of column '${column}' is none that HiveServer2 makes a table with`,
  fix: 'rename the column in the writer, or use the metastore itself as the catalog, which takes it',
})

const USUAL = { code: 'UNUSABLE_NAME', severity: 'warning', leftOut: true } as const

/** The type without such fields, or undefined where nothing is left of it. @param known what the table has there */
function prune(pruning: Pruning, type: Type, path: Path, known: Type | undefined): Type | undefined {
  if (type.kind === 'struct') return pruneStruct(pruning, type, path, known)
  if (type.kind === 'array') return pruneArray(pruning, type, path, known)
  return type.kind === 'map' ? pruneMap(pruning, type, path, known) : type
}

type Of<K extends Type['kind']> = Extract<Type, { kind: K }>

function pruneArray(pruning: Pruning, type: Of<'array'>, path: Path, known: Type | undefined) {
  const within = known?.kind === 'array' ? known.element : undefined
  const element = prune(pruning, type.element, [...path, '[]'], within)
  return element && (element === type.element ? type : { ...type, element })
}

function pruneMap(pruning: Pruning, type: Of<'map'>, path: Path, known: Type | undefined) {
  const within = known?.kind === 'map' ? known.value : undefined
  const value = prune(pruning, type.value, [...path, '{value}'], within)
  return value && (value === type.value ? type : { ...type, value })
}

function pruneStruct(
  pruning: Pruning,
  type: Of<'struct'>,
  path: Path,
  table: Type | undefined,
): Type | undefined {
  const known = table?.kind === 'struct' ? table.fields : []
  const fields = type.fields.flatMap((field): StructField[] => {
    const within = [...path, field.name]
    const has = known.find(({ name }) => name.toLowerCase() === field.name)
    if (!has && refused(pruning, field, within, 'field')) return []
    const kept = prune(pruning, field.type, within, has?.type)
    return kept === undefined ? [] : [kept === field.type ? field : { ...field, type: kept }]
  })
  if (fields.length === 0) return undefined
  const same = fields.length === type.fields.length && fields.every((field, at) => field === type.fields[at])
  return same ? type : { kind: 'struct', fields }
}
