/** What a spec's transforms make of the types of their columns (Table Spec, "Partition Transforms"). */
import { GoldsyncError } from '../base/errors.ts'
import type { IcebergSchema, IcebergType, NestedField, PartitionField } from './metadata.ts'

/** Of a partition field's values. @throws GoldsyncError `UNSUPPORTED` where it is not known */
export function partitionType(field: PartitionField, fields: ReadonlyMap<number, NestedField>): IcebergType {
  const transform = field.transform.replace(/\[\d+\]$/, '')
  switch (transform) {
    case 'bucket':
    case 'year':
    case 'month':
    case 'hour':
      return 'int'
    case 'day':
      return 'date'
    case 'identity':
    case 'truncate':
    case 'void':
      return fields.get(field['source-id'])?.type ?? noPartitionType(field, 'its column is not in the schema')
    default:
      return noPartitionType(field, `the transform ${field.transform} is not known`)
  }
}

/** Fields of structs count, at any depth; those of lists and maps partition nothing. */
export function fieldsById(schema: IcebergSchema): ReadonlyMap<number, NestedField> {
  const found = new Map<number, NestedField>()
  const add = (fields: readonly NestedField[]) => {
    for (const field of fields) {
      found.set(field.id, field)
      if (typeof field.type === 'object' && field.type.type === 'struct') add(field.type.fields)
    }
  }
  add(schema.fields)
  return found
}

export function noPartitionType({ name }: PartitionField, reason: string): never {
  throw new GoldsyncError('UNSUPPORTED', `partition field ${name}: ${reason}`, {
    hint: 'goldsync writes manifests of specs by the transforms of the Iceberg specification alone',
  })
}
