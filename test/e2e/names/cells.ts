/** What is asked of each name: where it stands, and whether the table declares it. */
import type { Type } from '../../../shared/schema/type.ts'
import type { ArrowType } from '../../support/pyarrow.ts'

/** A column, or a field of a struct that is a column, an array's element, a map's value. */
export type Place = 'column' | 'field' | 'element' | 'value'

export interface NameCell {
  readonly name: string
  readonly place: Place
  /** Whether the table has the name; else its files alone do. */
  readonly declared: boolean
}

const CHARACTERS = [...' .:,;(){}=<>-/\'"`\\$#@%[]*?|&!+^~', '\n', '\t', '\u0001', '\u00A0']

const SHAPES = ['1', '1a', '_a', '$a', ' a', 'a ', 'é', '日本', '😀', 'a😀', 'x'.repeat(200)]

const WORDS = ['select', 'element', 'key', 'value', 'array', 'list', 'bag', 'row', 'time', 'end', 'int']

/** Of their sources: HiveColumnHandle (Trino, Presto), VirtualColumn (Hive), FileFormat.METADATA_NAME (Spark), read_parquet (DuckDB). */
export const OWN = [
  ...['$path', '$bucket', '$file_size', '$file_modified_time', '$partition', '$row_id', '$shard_row_id'],
  ...['input__file__name', 'block__offset__inside__file', 'row__offset__inside__block', 'raw__data__size'],
  ...['row__id', 'row__is__deleted', 'grouping__id', 'partition__spec__id', 'partition__hash'],
  ...['file__path', 'row__position', 'partition__projection', 'snapshot__id', 'partition_spec_id'],
  ...['_metadata', 'filename', 'file_row_number', 'file_index', 'rowid', '$properties', '$partitions'],
]

const NAMES = [...CHARACTERS.map(char => `a${char}b`), ...SHAPES, ...WORDS, ...OWN]

export const CELLS: readonly NameCell[] = [
  ...NAMES.map((name): NameCell => ({ name, place: 'column', declared: true })),
  ...['', ...NAMES].map((name): NameCell => ({ name, place: 'column', declared: false })),
  ...NAMES.flatMap((name): NameCell[] => [
    { name, place: 'field', declared: true },
    { name, place: 'value', declared: true },
  ]),
  ...['', ...NAMES.filter(name => !OWN.includes(name) && !WORDS.includes(name))].flatMap(
    (name): NameCell[] => [
      { name, place: 'field', declared: false },
      { name, place: 'element', declared: false },
      { name, place: 'value', declared: false },
    ],
  ),
]

/** A row for each has 5, 6 and NULL under the name. */
export function contents({ name, place }: NameCell): readonly [string, ArrowType, readonly unknown[]] {
  const struct: ArrowType = { struct: { ok: 'int32', [name]: 'int32' } }
  const of = (value: number) => ({ ok: value + 10, [name]: value })
  switch (place) {
    case 'column':
      return [name, 'int32', [5, 6, null]]
    case 'field':
      return ['v', struct, [of(5), of(6), null]]
    case 'element':
      return ['v', { list: struct }, [[of(5)], [of(6)], null]]
    case 'value':
      return ['v', { map: ['string', struct] }, [{ k: of(5) }, { k: of(6) }, null]]
  }
}

const INT: Type = { kind: 'int' }

/** What the table says, or undefined where it has no column for it. */
export function declaration({
  name,
  place,
  declared,
}: NameCell): { readonly name: string; readonly type: Type } | undefined {
  if (place === 'column') return declared ? { name, type: INT } : undefined
  // As the files have them: an object has a field `1` first, and Hive reads those within a map by their position.
  const fields = Object.keys({ ok: INT, ...(declared ? { [name]: INT } : {}) }).map(field => ({
    name: field,
    type: INT,
  }))
  const struct: Type = { kind: 'struct', fields }
  if (place === 'field') return { name: 'v', type: struct }
  if (place === 'element') return { name: 'v', type: { kind: 'array', element: struct } }
  return { name: 'v', type: { kind: 'map', key: { kind: 'string' }, value: struct } }
}
