/** The Avro record of a manifest's partition values (Iceberg Table Spec, "Avro" of appendix A; names as Iceberg's Java library makes them). */
import type { IcebergSchema, IcebergType, PartitionField, PartitionSpec } from '../../../iceberg/metadata.ts'
import { fieldsById, noPartitionType, partitionType } from '../../../iceberg/partition-type.ts'

/** JSON of an Avro type. */
type Avro = unknown

const SIMPLE: Readonly<Record<string, Avro>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  string: 'string',
  binary: 'bytes',
  date: { type: 'int', logicalType: 'date' },
  time: { type: 'long', logicalType: 'time-micros' },
  timestamp: { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': false },
  timestamptz: { type: 'long', logicalType: 'timestamp-micros', 'adjust-to-utc': true },
  timestamp_ns: { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': false },
  timestamptz_ns: { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': true },
  uuid: { type: 'fixed', name: 'uuid_fixed', size: 16, logicalType: 'uuid' },
}

/** @throws GoldsyncError `UNSUPPORTED` for a transform or a type of which the partition values have no known type */
export function partitionRecord(spec: PartitionSpec, schema: IcebergSchema): Avro {
  const fields = fieldsById(schema)
  const defined = new Set<string>()
  return {
    type: 'record',
    name: 'r102',
    fields: spec.fields.map(field => ({
      ...namedField(field.name),
      'field-id': field['field-id'],
      type: ['null', once(avroOf(partitionType(field, fields), field), defined)],
      default: null,
    })),
  }
}

/** Avro has a name defined once; after that the name stands for it. */
function once(type: Avro, defined: Set<string>): Avro {
  const name = typeof type === 'object' && type !== null && 'name' in type ? String(type.name) : undefined
  if (name === undefined || !defined.has(name)) {
    if (name !== undefined) defined.add(name)
    return type
  }
  return name
}

function avroOf(type: IcebergType, field: PartitionField): Avro {
  if (typeof type !== 'string') return noPartitionType(field, 'its column is nested')
  const [, precision, scale] = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type) ?? []
  if (precision !== undefined) return decimal(Number(precision), Number(scale))
  const [, size] = /^fixed\[(\d+)\]$/.exec(type) ?? []
  if (size !== undefined) return { type: 'fixed', name: `fixed_${size}`, size: Number(size) }
  return Object.hasOwn(SIMPLE, type) ? SIMPLE[type] : noPartitionType(field, `its column is ${type}`)
}

const decimal = (precision: number, scale: number): Avro => ({
  type: 'fixed',
  name: `decimal_${precision}_${scale}`,
  size: decimalBytes(precision),
  logicalType: 'decimal',
  precision,
  scale,
})

/** The fewest bytes that hold every unscaled number of a precision. */
function decimalBytes(precision: number): number {
  const largest = 10n ** BigInt(precision) - 1n
  let size = 1
  while (BigInt.asIntN(8 * size, largest) !== largest) size += 1
  return size
}

/** Avro's names are letters, digits and `_`; another name is spelled so, and kept beside. */
function namedField(name: string): Avro & object {
  const avroName = sanitized(name)
  return avroName === name ? { name } : { name: avroName, 'iceberg-field-name': name }
}

export function sanitized(name: string): string {
  const spelled = name.replace(/[^A-Za-z0-9_]/gu, each =>
    Array.from(
      { length: each.length },
      (_, nth) => `_x${each.charCodeAt(nth).toString(16).toUpperCase()}`,
    ).join(''),
  )
  return /^\d/.test(spelled) ? `_${spelled}` : spelled
}
