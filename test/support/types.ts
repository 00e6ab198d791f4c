/** Random schemas for property tests. */
import fc from 'fast-check'
import type { Column } from '../../shared/schema/table.ts'
import { type PrimitiveName, parseType, type Type } from '../../shared/schema/type.ts'

const PRIMITIVES: readonly PrimitiveName[] = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'string',
  'binary',
  'date',
  'timestamp',
]
const NAMES = ['a', 'b', 'c', 'd', 'e']

const decimal = fc
  .integer({ min: 1, max: 38 })
  .chain(precision =>
    fc.integer({ min: 0, max: precision }).map((scale): Type => ({ kind: 'decimal', precision, scale })),
  )

/** Any type that a file can have, nested up to three levels. */
export const anyType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>(tie => ({
  type: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 5, arbitrary: fc.constantFrom(...PRIMITIVES).map((kind): Type => ({ kind })) },
    { weight: 1, arbitrary: decimal },
    { weight: 1, arbitrary: tie('type').map((element): Type => ({ kind: 'array', element })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('string' as const, 'int' as const, 'bigint' as const), tie('type'))
        .map(([kind, value]): Type => ({ kind: 'map', key: { kind }, value })),
    },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).chain(names =>
        fc.tuple(...names.map(() => tie('type'))).map(
          (types): Type => ({
            kind: 'struct',
            fields: names.map((name, at) => ({ name, type: types[at]! })),
          }),
        ),
      ),
    },
  ),
})).type

/** Columns with unique names. */
export const anyColumns: fc.Arbitrary<Column[]> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 })
  .chain(names =>
    fc.tuple(...names.map(() => anyType)).map(types => names.map((name, at) => ({ name, type: types[at]! }))),
  )

/** `columns('id bigint', 'tags array<string>')`. */
export const columns = (...texts: string[]): Column[] =>
  texts.map(text => {
    const space = text.indexOf(' ')
    return { name: text.slice(0, space), type: parseType(text.slice(space + 1)) }
  })
