/** An Iceberg schema as the columns that a metastore shows (Iceberg's HiveSchemaUtil): for people and tools; engines read the metadata. */
import type { IcebergSchema, IcebergType } from '../../../iceberg/metadata.ts'
import type { Struct } from '../../hms/protocol/views.ts'

export const hiveColumns = ({ fields }: IcebergSchema): readonly Struct<'FieldSchema'>[] =>
  fields.map(({ name, type, doc }) => ({
    name,
    type: hiveType(type),
    ...(doc === undefined ? {} : { comment: doc }),
  }))

const HIVE: Readonly<Record<string, string>> = {
  long: 'bigint',
  time: 'string',
  timestamptz: 'timestamp with local time zone',
  timestamp_ns: 'timestamp',
  timestamptz_ns: 'timestamp with local time zone',
  uuid: 'string',
}

function hiveType(type: IcebergType): string {
  if (typeof type === 'string') {
    if (type.startsWith('fixed[')) return 'binary'
    return Object.hasOwn(HIVE, type) ? (HIVE[type] as string) : type.replaceAll(' ', '')
  }
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map(field => `${field.name}:${hiveType(field.type)}`).join(',')}>`
    case 'list':
      return `array<${hiveType(type.element)}>`
    case 'map':
      return `map<${hiveType(type.key)},${hiveType(type.value)}>`
    default:
      return type satisfies never
  }
}
