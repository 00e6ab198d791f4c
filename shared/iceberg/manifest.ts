/**
 * Manifests and manifest lists as data (Iceberg Table Spec, "Manifests", "Manifest Lists"): every field of version 2, so that
 * entries of other writers can be written again without loss. Absent means null.
 */
import type { IcebergSchema, PartitionSpec } from './metadata.ts'

/** A partition field's value in the domain of its type; null for the null partition. */
export type PartitionDatum = string | number | bigint | boolean | Uint8Array | null

/** Of one data or delete file. Maps are by field id. Bounds are in the spec's single-value serialization (appendix D). */
export interface ContentFile {
  /** 0 data, 1 position deletes, 2 equality deletes. */
  readonly content: 0 | 1 | 2
  readonly path: string
  /** `PARQUET`, as all of goldsync's are. */
  readonly format: string
  /** In the order of the partition spec's fields. */
  readonly partition: readonly PartitionDatum[]
  readonly recordCount: bigint
  /** Bytes. */
  readonly fileSize: bigint
  readonly columnSizes?: ReadonlyMap<number, bigint>
  readonly valueCounts?: ReadonlyMap<number, bigint>
  readonly nullCounts?: ReadonlyMap<number, bigint>
  readonly nanCounts?: ReadonlyMap<number, bigint>
  readonly lowerBounds?: ReadonlyMap<number, Uint8Array>
  readonly upperBounds?: ReadonlyMap<number, Uint8Array>
  readonly keyMetadata?: Uint8Array
  readonly splitOffsets?: readonly bigint[]
  readonly equalityIds?: readonly number[]
  readonly sortOrderId?: number
  readonly referencedDataFile?: string
}

export type EntryStatus = 'existing' | 'added' | 'deleted'

export interface ManifestEntry {
  readonly status: EntryStatus
  /** Where the file was added or deleted; absent is inherited: the snapshot of the manifest. */
  readonly snapshotId?: bigint
  /** Data sequence number; absent is inherited. */
  readonly sequenceNumber?: bigint
  /** Absent is inherited. */
  readonly fileSequenceNumber?: bigint
  readonly file: ContentFile
}

/** What a manifest says of itself in its file's metadata. */
export interface ManifestHeader {
  readonly schema: IcebergSchema
  readonly spec: PartitionSpec
  readonly content: 'data' | 'deletes'
}

export interface FieldSummary {
  readonly containsNull: boolean
  readonly containsNan?: boolean
  readonly lowerBound?: Uint8Array
  readonly upperBound?: Uint8Array
}

/** An entry of a manifest list. */
export interface ManifestFile {
  readonly path: string
  /** Bytes. */
  readonly length: bigint
  readonly specId: number
  readonly content: 'data' | 'deletes'
  readonly sequenceNumber: bigint
  readonly minSequenceNumber: bigint
  readonly addedSnapshotId: bigint
  readonly addedFiles: number
  readonly existingFiles: number
  readonly deletedFiles: number
  readonly addedRows: bigint
  readonly existingRows: bigint
  readonly deletedRows: bigint
  /** In the order of the spec's fields. */
  readonly partitions?: readonly FieldSummary[]
  readonly keyMetadata?: Uint8Array
}
