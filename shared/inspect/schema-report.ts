/** What a file's footer tells, put together for people. Pure: the layout is the command line's. */
import { physicalText } from '../parquet/physical-text.ts'
import type { Node } from '../parquet/tree.ts'
import type { Diagnostic, Engine, Severity } from '../schema/diagnostic.ts'
import type { ColumnFacts } from '../schema/facts.ts'
import { printEngineType, type TypeEngine } from '../sql/engine-type.ts'
import type { Inspection } from './inspect-file.ts'

export interface ColumnReport {
  /** As the file spells it. */
  readonly name: string
  /** As the engine writes it; undefined where the column is left out of tables. */
  readonly type: string | undefined
  /** Physical and logical type: `INT32 DATE`. */
  readonly parquet: string
  readonly repetition: Node['repetition']
  /** Undefined where the footer proves nothing. */
  readonly facts: ColumnFacts | undefined
  /** The gravest of the findings on it and on what is in it. */
  readonly mark: Severity | undefined
}

/** The engine that facts are known of. Glue is a catalog, and Athena reads from it. */
const READERS: Readonly<Record<TypeEngine, Engine | undefined>> = {
  hive: 'hive4',
  hive3: 'hive3',
  trino: 'trino',
  presto: 'presto',
  glue: 'athena',
  duckdb: undefined,
}

/** The findings as they concern one engine: without notes on others. @param engine undefined for all of them */
export function hazardsFor(findings: readonly Diagnostic[], engine: TypeEngine | undefined): Diagnostic[] {
  if (engine === undefined) return [...findings]
  return findings.flatMap(({ engines, ...finding }) => {
    const own = engines?.filter(effect => effect.engine === READERS[engine]) ?? []
    if (engines !== undefined && own.length === 0 && finding.severity === 'info') return []
    return [own.length === 0 ? finding : { ...finding, engines: own }]
  })
}

/** The file's top-level columns in file order, also those that are left out. */
export function reportColumns(
  { file, metadata }: Inspection,
  findings: readonly Diagnostic[],
  engine: TypeEngine,
): ColumnReport[] {
  // By name in lower case: of two columns that share one, neither has a type.
  const types = new Map(file.columns.map(({ name, type }) => [name, printEngineType(type, engine)]))
  const marks = marksOf(findings)
  return metadata.schema.fields.map(field => ({
    name: field.name,
    type: types.get(field.name.toLowerCase()),
    parquet: physicalText(field),
    repetition: field.repetition,
    facts: file.facts?.columns.get(field.name.toLowerCase()),
    mark: marks.get(field.name),
  }))
}

const GRAVEST_FIRST: readonly Severity[] = ['error', 'warning', 'info']

/** Path of a column, and of all that it is in, → the gravest finding. */
function marksOf(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, Severity> {
  const marks = new Map<string, Severity>()
  for (const severity of GRAVEST_FIRST)
    for (const { column } of diagnostics.filter(found => found.severity === severity))
      for (const path of pathsTo(column)) if (!marks.has(path)) marks.set(path, severity)
  return marks
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`: a name can have dots in it. */
const pathsTo = (column = ''): string[] => {
  const names = column.split('.')
  return names.map((_, at) => names.slice(0, at + 1).join('.'))
}
