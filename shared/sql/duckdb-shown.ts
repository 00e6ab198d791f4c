/** Types that the view shows as DuckDB has them, where the table has bytes that DuckDB reads but does not give out: pure. */
import { printType, type Type } from '../schema/type.ts'
import { findSource, type SourceType } from './duckdb-source.ts'
import type { NATIVE } from './duckdb-text.ts'

/**
 * The type of a column in the view: a VARIANT, which tables have as a struct of binaries, is shown as VARIANT; intervals and
 * half-precision floats, which tables have as binary, as INTERVAL and FLOAT, unless other files have bytes there.
 * @param found what the files have
 */
export function shownType(type: Type, found: readonly SourceType[]): Type {
  const sources = found.map(source => (source.kind === 'inside' ? source.field.type : source))
  const has = (name: string): boolean =>
    sources.some(source => source.kind === 'scalar' && source.name === name)
  switch (type.kind) {
    case 'binary':
      if (BYTES.some(has)) return type
      return has('INTERVAL') ? native('interval') : has('FLOAT') ? native('float') : type
    case 'array':
      return { ...type, element: shownType(type.element, sources.flatMap(elements)) }
    case 'map':
      return {
        ...type,
        key: shownType(
          type.key,
          sources.flatMap(source => (source.kind === 'map' ? [source.key] : [])),
        ),
        value: shownType(
          type.value,
          sources.flatMap(source => (source.kind === 'map' ? [source.value] : [])),
        ),
      }
    case 'struct':
      if (isVariant(type) && has('VARIANT')) return native('variant')
      return {
        ...type,
        fields: type.fields.map(({ name, type }) => ({
          name,
          type: shownType(
            type,
            sources.flatMap(source => fieldsOf(source, name)),
          ),
        })),
      }
    default:
      return type
  }
}

/** As `parquet/types.ts` has an unshredded one. */
const isVariant = (type: Type): boolean => printType(type) === 'struct<metadata:binary,value:binary>'

const BYTES = ['BLOB', 'UUID', 'BIT', 'VARCHAR']

const native = (text: (typeof NATIVE)[number]): Type => ({ kind: 'opaque', text })

const elements = (source: SourceType): SourceType[] => (source.kind === 'list' ? [source.element] : [])

function fieldsOf(source: SourceType, name: string): SourceType[] {
  const fields = source.kind === 'struct' ? source.fields : source.kind === 'only' ? [source.field] : []
  const found = findSource(fields, name)
  return found === undefined ? [] : [found.type]
}
