/**
 * An Iceberg table's metadata as the specification spells it (Iceberg Table Spec, format version 2, "Table Metadata Fields"):
 * the same names as in `metadata.json`, so that what goldsync does not know passes through as it is. Ids of snapshots are
 * 64-bit, hence bigint; all other numbers are safe integers.
 */
import type { IcebergSchema } from '../schema/iceberg-schema.ts'
import type { Parameters } from '../schema/table.ts'

export type {
  IcebergSchema,
  IcebergType,
  NestedField,
} from '../schema/iceberg-schema.ts'

/** Of tables that are made. Version 1 has no sequence numbers, 3 is not read by all engines yet. */
export const FORMAT_VERSION = 2

export interface PartitionField {
  readonly 'source-id': number
  readonly 'field-id': number
  readonly name: string
  /** `identity` in specs of goldsync; others' may have any. */
  readonly transform: string
}
export interface PartitionSpec {
  readonly 'spec-id': number
  readonly fields: readonly PartitionField[]
}

export interface Snapshot {
  readonly 'snapshot-id': bigint
  readonly 'parent-snapshot-id'?: bigint
  readonly 'sequence-number': number
  readonly 'timestamp-ms': number
  readonly 'manifest-list': string
  readonly summary: { readonly operation: SnapshotOperation } & Parameters
  readonly 'schema-id'?: number
}
export type SnapshotOperation = 'append' | 'replace' | 'overwrite' | 'delete'

export interface SnapshotReference {
  readonly 'snapshot-id': bigint
  readonly type: 'branch' | 'tag'
  readonly [more: string]: unknown
}

export interface TableMetadata {
  readonly 'format-version': number
  readonly 'table-uuid': string
  readonly location: string
  readonly 'last-sequence-number': number
  readonly 'last-updated-ms': number
  readonly 'last-column-id': number
  readonly schemas: readonly IcebergSchema[]
  readonly 'current-schema-id': number
  readonly 'partition-specs': readonly PartitionSpec[]
  readonly 'default-spec-id': number
  readonly 'last-partition-id': number
  readonly properties?: Parameters
  /** Absent, or -1, where the table has no snapshot. */
  readonly 'current-snapshot-id'?: bigint
  readonly snapshots?: readonly Snapshot[]
  readonly 'snapshot-log'?: readonly { readonly 'snapshot-id': bigint; readonly 'timestamp-ms': number }[]
  readonly 'metadata-log'?: readonly { readonly 'metadata-file': string; readonly 'timestamp-ms': number }[]
  readonly 'sort-orders': readonly unknown[]
  readonly 'default-sort-order-id': number
  readonly refs?: Readonly<Record<string, SnapshotReference>>
  readonly [more: string]: unknown
}

/** What a commit expects of the table it was made from (REST catalog spec, `TableRequirement`). */
export type TableRequirement =
  | { readonly type: 'assert-create' }
  | { readonly type: 'assert-table-uuid'; readonly uuid: string }
  /** `snapshot-id` null: there is no such reference. */
  | {
      readonly type: 'assert-ref-snapshot-id'
      readonly ref: string
      readonly 'snapshot-id': bigint | null
    }
  | { readonly type: 'assert-last-assigned-field-id'; readonly 'last-assigned-field-id': number }
  | { readonly type: 'assert-current-schema-id'; readonly 'current-schema-id': number }

/** What a commit does, in this order (REST catalog spec, `TableUpdate`). */
export type TableUpdate =
  | { readonly action: 'assign-uuid'; readonly uuid: string }
  | { readonly action: 'upgrade-format-version'; readonly 'format-version': number }
  | { readonly action: 'set-location'; readonly location: string }
  | { readonly action: 'add-schema'; readonly schema: IcebergSchema; readonly 'last-column-id': number }
  /** -1: the schema that was added last. */
  | { readonly action: 'set-current-schema'; readonly 'schema-id': number }
  | { readonly action: 'add-spec'; readonly spec: PartitionSpec }
  | { readonly action: 'set-default-spec'; readonly 'spec-id': number }
  | { readonly action: 'add-sort-order'; readonly 'sort-order': unknown }
  | { readonly action: 'set-default-sort-order'; readonly 'sort-order-id': number }
  | { readonly action: 'add-snapshot'; readonly snapshot: Snapshot }
  | {
      readonly action: 'set-snapshot-ref'
      readonly 'ref-name': string
      readonly type: 'branch'
      readonly 'snapshot-id': bigint
      /** What the reference says besides, as it was: it is written as a whole. */
      readonly [more: string]: unknown
    }
  | { readonly action: 'remove-snapshots'; readonly 'snapshot-ids': readonly bigint[] }
  | { readonly action: 'set-properties'; readonly updates: Parameters }
  | { readonly action: 'remove-properties'; readonly removals: readonly string[] }

/** A commit as data: made without I/O, taken by a server or by whoever swaps the pointer to the metadata. */
export interface Staged {
  readonly requirements: readonly TableRequirement[]
  readonly updates: readonly TableUpdate[]
}
