/** What DuckDB finds in a file: columns and their types, and how to tell it so that it need not look. */
import { duckdbLiteral, duckdbName } from './duckdb-text.ts'

/** What a scalar's stored integer counts. */
export type CountUnit = 'ms' | 'us' | 'ns' | 'days'

/**
 * A type as DuckDB reads it from a file; `name` of a scalar is DuckDB's own, in upper case. `only` is a struct of one field,
 * the element of a list of two levels, of which DuckDB makes the field's value; `inside` the other way round: DuckDB makes
 * a struct of one field where the file has a list.
 */
export type SourceType =
  | { readonly kind: 'scalar'; readonly name: string; readonly unit?: CountUnit }
  | { readonly kind: 'list'; readonly element: SourceType }
  | { readonly kind: 'map'; readonly key: SourceType; readonly value: SourceType }
  | { readonly kind: 'struct'; readonly fields: readonly SourceColumn[] }
  | { readonly kind: 'only' | 'inside'; readonly field: SourceColumn }

/** A column of a file, or a field of a struct in it. */
export interface SourceColumn {
  readonly name: string
  readonly type: SourceType
}

/** A field by its name, in any case: DuckDB's names have none, and catalogs lower it. */
export const findSource = (columns: readonly SourceColumn[], name: string): SourceColumn | undefined =>
  columns.find(column => column.name.toLowerCase() === name.toLowerCase())

/** The option of `read_parquet` that names these columns, at least one. Without it each query opens the first of the files. */
export const schemaOption = (columns: readonly SourceColumn[]): string =>
  `schema = map {${columns.map(describeColumn).join(', ')}}`

function describeColumn({ name, type }: SourceColumn): string {
  const quoted = duckdbLiteral(name)
  return `${quoted}: {name: ${quoted}, type: ${duckdbLiteral(sourceType(type))}, default_value: null}`
}

function sourceType(source: SourceType): string {
  switch (source.kind) {
    case 'scalar':
      return source.name
    case 'list':
      return `${sourceType(source.element)}[]`
    case 'map':
      return `MAP(${sourceType(source.key)}, ${sourceType(source.value)})`
    case 'struct':
      return `STRUCT(${source.fields.map(describeField).join(', ')})`
    case 'inside':
      return `STRUCT(${describeField(source.field)})`
    case 'only':
      return sourceType(source.field.type)
    default:
      source satisfies never
      throw new TypeError('not a source type')
  }
}

// DuckDB takes a struct with a nameless field, as it writes for a UNION, by position: the name is then free, but needed.
const describeField = ({ name, type }: SourceColumn): string =>
  `${duckdbName(name === '' ? '_' : name)} ${sourceType(type)}`
