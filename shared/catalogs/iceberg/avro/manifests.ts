/** Manifests and manifest lists as Avro files. Written in version 2; version 1's are read, too, as tables that were upgraded still hold them. */
import type {
  EntryStatus,
  FieldSummary,
  ManifestEntry,
  ManifestFile,
  ManifestHeader,
} from '../../../iceberg/manifest.ts'
import { readAvro, writeAvro } from './container.ts'
import { contentFileOf, contentFileRecord, given } from './content-file.ts'
import {
  isBytes,
  isFlag,
  isInt,
  isLong,
  isRecord,
  isText,
  optional,
  optionalList,
  required,
} from './fields.ts'
import { headerOf, headerTexts, refuseNewer } from './header.ts'
import { malformed, unsupported, within } from './malformed.ts'
import { partitionRecord } from './partition-types.ts'
import { MANIFEST_LIST_SCHEMA, manifestSchema } from './schemas.ts'
import type { AvroRecord, AvroValue } from './values.ts'

/** By their number in Avro. */
const STATUSES: readonly EntryStatus[] = ['existing', 'added', 'deleted']
const CONTENTS = ['data', 'deletes'] as const

/** @throws GoldsyncError `UNSUPPORTED` where the spec has values of no known type */
export const encodeManifest = (header: ManifestHeader, entries: readonly ManifestEntry[]): Uint8Array =>
  writeAvro(
    manifestSchema(partitionRecord(header.spec, header.schema)),
    headerTexts(header),
    entries.map(entry => entryRecord(entry, header)),
  )

const entryRecord = (entry: ManifestEntry, { spec }: ManifestHeader): AvroRecord =>
  new Map<number, AvroValue>([
    [0, STATUSES.indexOf(entry.status)],
    [1, entry.snapshotId ?? null],
    [3, entry.sequenceNumber ?? null],
    [4, entry.fileSequenceNumber ?? null],
    [2, contentFileRecord(entry.file, spec)],
  ])

export interface Manifest {
  readonly header: ManifestHeader
  readonly entries: readonly ManifestEntry[]
}

/**
 * Partition values are numbers for Avro's int, float and double, bigint for its long and for decimals (unscaled).
 * @param where the file, for messages
 * @throws GoldsyncError `DATA_INVALID` where it is damaged, `UNSUPPORTED` for later versions and other codecs than gzip
 */
export const decodeManifest = (bytes: Uint8Array, where: string): Manifest =>
  within(where, () => {
    const { header: texts, records } = readAvro(bytes, where)
    const header = headerOf(texts, where)
    return { header, entries: records.map(record => entryOf(record, header)) }
  })

const entryOf = (record: AvroRecord, { spec }: ManifestHeader): ManifestEntry => ({
  status: STATUSES[required(record, 0, isInt)] ?? malformed('an entry has a status that is none'),
  ...given({
    snapshotId: optional(record, 1, isLong),
    sequenceNumber: optional(record, 3, isLong),
    fileSequenceNumber: optional(record, 4, isLong),
  }),
  file: contentFileOf(required(record, 2, isRecord), spec),
})

export interface ListIds {
  readonly snapshotId: bigint
  readonly parentSnapshotId?: bigint
  /** Of the snapshot. */
  readonly sequenceNumber: bigint | number
}

export const encodeManifestList = (files: readonly ManifestFile[], ids: ListIds): Uint8Array =>
  writeAvro(
    MANIFEST_LIST_SCHEMA,
    new Map([
      ['snapshot-id', String(ids.snapshotId)],
      ['parent-snapshot-id', String(ids.parentSnapshotId ?? null)],
      ['sequence-number', String(ids.sequenceNumber)],
      ['format-version', '2'],
    ]),
    files.map(fileRecord),
  )

const fileRecord = (file: ManifestFile): AvroRecord =>
  new Map<number, AvroValue>([
    [500, file.path],
    [501, file.length],
    [502, file.specId],
    [517, CONTENTS.indexOf(file.content)],
    [515, file.sequenceNumber],
    [516, file.minSequenceNumber],
    [503, file.addedSnapshotId],
    [504, file.addedFiles],
    [505, file.existingFiles],
    [506, file.deletedFiles],
    [512, file.addedRows],
    [513, file.existingRows],
    [514, file.deletedRows],
    [507, file.partitions?.map(summaryRecord) ?? null],
    [519, file.keyMetadata ?? null],
  ])

const summaryRecord = (summary: FieldSummary): AvroRecord =>
  new Map<number, AvroValue>([
    [509, summary.containsNull],
    [518, summary.containsNan ?? null],
    [510, summary.lowerBound ?? null],
    [511, summary.upperBound ?? null],
  ])

/** @throws GoldsyncError as `decodeManifest`, and `UNSUPPORTED` where the list does not count the files, as Iceberg's first releases did not */
export const decodeManifestList = (bytes: Uint8Array, where: string): readonly ManifestFile[] =>
  within(where, () => {
    const { header, records } = readAvro(bytes, where)
    refuseNewer(header, where)
    return records.map(record => fileOf(record, where))
  })

function fileOf(record: AvroRecord, where: string): ManifestFile {
  // A count of zero instead would let readers pass over the manifest.
  const counted = <T extends AvroValue>(id: number, is: (value: AvroValue) => value is T): T =>
    optional(record, id, is) ?? uncounted(where)
  return {
    path: required(record, 500, isText),
    length: required(record, 501, isLong),
    specId: required(record, 502, isInt),
    content: CONTENTS[optional(record, 517, isInt) ?? 0] ?? malformed('a manifest has content of no kind'),
    sequenceNumber: optional(record, 515, isLong) ?? 0n,
    minSequenceNumber: optional(record, 516, isLong) ?? 0n,
    addedSnapshotId: required(record, 503, isLong),
    addedFiles: counted(504, isInt),
    existingFiles: counted(505, isInt),
    deletedFiles: counted(506, isInt),
    addedRows: counted(512, isLong),
    existingRows: counted(513, isLong),
    deletedRows: counted(514, isLong),
    ...given({
      partitions: optionalList(record, 507, isRecord)?.map(summaryOf),
      keyMetadata: optional(record, 519, isBytes),
    }),
  }
}

function uncounted(where: string): never {
  throw unsupported(
    `${where} does not count the files of its manifests`,
    'it is of an early release of Iceberg: have the manifests rewritten (rewrite_manifests)',
  )
}

const summaryOf = (record: AvroRecord): FieldSummary => ({
  containsNull: required(record, 509, isFlag),
  ...given({
    containsNan: optional(record, 518, isFlag),
    lowerBound: optional(record, 510, isBytes),
    upperBound: optional(record, 511, isBytes),
  }),
})
