/** The Avro schemas of version 2's manifests and manifest lists (Iceberg Table Spec, "Manifests", "Manifest Lists"), by field id. */

interface Field {
  readonly name: string
  readonly 'field-id': number
  readonly type: unknown
  readonly default?: null
}

const required = (id: number, name: string, type: unknown): Field => ({ name, 'field-id': id, type })
const optional = (id: number, name: string, type: unknown): Field => ({
  name,
  'field-id': id,
  type: ['null', type],
  default: null,
})

/** Avro's own maps have text keys alone. */
const mapById = (key: number, value: number, type: string): unknown => ({
  type: 'array',
  logicalType: 'map',
  items: {
    type: 'record',
    name: `k${key}_v${value}`,
    fields: [required(key, 'key', 'int'), required(value, 'value', type)],
  },
})
const list = (element: number, type: unknown): unknown => ({
  type: 'array',
  items: type,
  'element-id': element,
})

/** @param partition the record of the partition values */
export const manifestSchema = (partition: unknown): unknown => ({
  type: 'record',
  name: 'manifest_entry',
  fields: [
    required(0, 'status', 'int'),
    optional(1, 'snapshot_id', 'long'),
    optional(3, 'sequence_number', 'long'),
    optional(4, 'file_sequence_number', 'long'),
    required(2, 'data_file', {
      type: 'record',
      name: 'r2',
      fields: [
        required(134, 'content', 'int'),
        required(100, 'file_path', 'string'),
        required(101, 'file_format', 'string'),
        required(102, 'partition', partition),
        required(103, 'record_count', 'long'),
        required(104, 'file_size_in_bytes', 'long'),
        optional(108, 'column_sizes', mapById(117, 118, 'long')),
        optional(109, 'value_counts', mapById(119, 120, 'long')),
        optional(110, 'null_value_counts', mapById(121, 122, 'long')),
        optional(137, 'nan_value_counts', mapById(138, 139, 'long')),
        optional(125, 'lower_bounds', mapById(126, 127, 'bytes')),
        optional(128, 'upper_bounds', mapById(129, 130, 'bytes')),
        optional(131, 'key_metadata', 'bytes'),
        optional(132, 'split_offsets', list(133, 'long')),
        optional(135, 'equality_ids', list(136, 'int')),
        optional(140, 'sort_order_id', 'int'),
        optional(143, 'referenced_data_file', 'string'),
      ],
    }),
  ],
})

export const MANIFEST_LIST_SCHEMA: unknown = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    required(500, 'manifest_path', 'string'),
    required(501, 'manifest_length', 'long'),
    required(502, 'partition_spec_id', 'int'),
    required(517, 'content', 'int'),
    required(515, 'sequence_number', 'long'),
    required(516, 'min_sequence_number', 'long'),
    required(503, 'added_snapshot_id', 'long'),
    required(504, 'added_files_count', 'int'),
    required(505, 'existing_files_count', 'int'),
    required(506, 'deleted_files_count', 'int'),
    required(512, 'added_rows_count', 'long'),
    required(513, 'existing_rows_count', 'long'),
    required(514, 'deleted_rows_count', 'long'),
    optional(
      507,
      'partitions',
      list(508, {
        type: 'record',
        name: 'r508',
        fields: [
          required(509, 'contains_null', 'boolean'),
          optional(518, 'contains_nan', 'boolean'),
          optional(510, 'lower_bound', 'bytes'),
          optional(511, 'upper_bound', 'bytes'),
        ],
      }),
    ),
    optional(519, 'key_metadata', 'bytes'),
  ],
}

/** How other writers' files spell a field that has no id there: by its name of the specification. */
export const NAMES: ReadonlyMap<number, string> = namesOf([
  manifestSchema({ type: 'record', fields: [] }),
  MANIFEST_LIST_SCHEMA,
])

function namesOf(schemas: readonly unknown[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('field-id' in node && 'name' in node) names.set(Number(node['field-id']), String(node.name))
    for (const child of Object.values(node)) visit(child)
  }
  visit(schemas)
  return names
}
