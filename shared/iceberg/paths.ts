/** The fields of a schema, nested ones too, with their paths. */
import { GoldsyncError } from '../base/errors.ts'
import type { IcebergSchema, IcebergType, NestedField } from '../schema/iceberg-schema.ts'
import type { Path } from './hints.ts'

/** @param above the path of the struct that has the fields */
export function* pathsOf(
  fields: readonly NestedField[],
  above: Path,
): Iterable<readonly [id: number, path: Path, type: IcebergType]> {
  for (const { id, name, type } of fields) yield* pathsWithin(id, type, [...above, name.toLowerCase()])
}

function* pathsWithin(
  id: number,
  type: IcebergType,
  path: Path,
): Iterable<readonly [id: number, path: Path, type: IcebergType]> {
  yield [id, path, type]
  if (typeof type === 'string') return
  if (type.type === 'struct') yield* pathsOf(type.fields, path)
  else if (type.type === 'list') yield* pathsWithin(type['element-id'], type.element, [...path, '[]'])
  else {
    yield* pathsWithin(type['key-id'], type.key, [...path, '{key}'])
    yield* pathsWithin(type['value-id'], type.value, [...path, '{value}'])
  }
}

/** Types by id of what older schemas had and the current one has not: the last of each. */
export function formerTypes(
  schemas: readonly IcebergSchema[],
  current: IcebergSchema,
): Readonly<Record<number, IcebergType>> {
  const live = new Set(idsOf(current))
  const inTurn = schemas.toSorted((one, other) => one['schema-id'] - other['schema-id'])
  return Object.fromEntries(
    inTurn.flatMap(({ fields }) =>
      [...pathsOf(fields, [])].flatMap(([id, , type]) => (live.has(id) ? [] : [[id, type] as const])),
    ),
  )
}

/** All ids of a schema. */
export const idsOf = ({ fields }: { readonly fields: readonly NestedField[] }): readonly number[] =>
  [...pathsOf(fields, [])].map(([id]) => id)

/** Readers would take one column for the other. @throws GoldsyncError `INTERNAL` where two fields have one id */
export function expectEachIdOnce({ fields }: IcebergSchema): void {
  const met = new Map<number, Path>()
  for (const [id, path] of pathsOf(fields, [])) {
    const other = met.get(id)
    if (other)
      throw new GoldsyncError(
        'INTERNAL',
        `columns ${other.join('.')} and ${path.join('.')} would have the same field id ${id}`,
      )
    met.set(id, path)
  }
}
