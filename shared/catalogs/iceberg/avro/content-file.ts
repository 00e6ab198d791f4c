/** A data or delete file of a manifest's entry. */
import type { ContentFile, PartitionDatum } from '../../../iceberg/manifest.ts'
import type { PartitionSpec } from '../../../iceberg/metadata.ts'
import * as field from './fields.ts'
import { malformed } from './malformed.ts'
import { sanitized } from './partition-types.ts'
import type { AvroRecord, AvroValue } from './values.ts'

export function contentFileRecord(file: ContentFile, spec: PartitionSpec): AvroRecord {
  return new Map<number, AvroValue>([
    [134, file.content],
    [100, file.path],
    [101, file.format],
    [102, new Map(spec.fields.map((each, nth) => [each['field-id'], file.partition[nth] ?? null]))],
    [103, file.recordCount],
    [104, file.fileSize],
    [108, file.columnSizes ?? null],
    [109, file.valueCounts ?? null],
    [110, file.nullCounts ?? null],
    [137, file.nanCounts ?? null],
    [125, file.lowerBounds ?? null],
    [128, file.upperBounds ?? null],
    [131, file.keyMetadata ?? null],
    [132, file.splitOffsets ?? null],
    [135, file.equalityIds ?? null],
    [140, file.sortOrderId ?? null],
    [143, file.referencedDataFile ?? null],
  ])
}

export function contentFileOf(record: AvroRecord, spec: PartitionSpec): ContentFile {
  const { isBytes, isInt, isLong, isText, optional, optionalList, optionalMap, required } = field
  return {
    content: contentOf(optional(record, 134, isInt) ?? 0),
    path: required(record, 100, isText),
    format: required(record, 101, isText),
    partition: partitionOf(required(record, 102, field.isRecord), spec),
    recordCount: required(record, 103, isLong),
    fileSize: required(record, 104, isLong),
    ...given({
      columnSizes: optionalMap(record, 108, isLong),
      valueCounts: optionalMap(record, 109, isLong),
      nullCounts: optionalMap(record, 110, isLong),
      nanCounts: optionalMap(record, 137, isLong),
      lowerBounds: optionalMap(record, 125, isBytes),
      upperBounds: optionalMap(record, 128, isBytes),
      keyMetadata: optional(record, 131, isBytes),
      splitOffsets: optionalList(record, 132, isLong),
      equalityIds: optionalList(record, 135, isInt),
      sortOrderId: optional(record, 140, isInt),
      referencedDataFile: optional(record, 143, isText),
    }),
  }
}

const contentOf = (value: number): 0 | 1 | 2 =>
  value === 0 || value === 1 || value === 2 ? value : malformed(`an entry's content is ${value}`)

const partitionOf = (record: AvroRecord, spec: PartitionSpec): readonly PartitionDatum[] =>
  spec.fields.map(each => datumOf(record.get(each['field-id']) ?? record.get(sanitized(each.name)) ?? null))

const datumOf = (value: AvroValue): PartitionDatum =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
    ? malformed('a partition value is nested')
    : value

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the fields that are undefined. */
export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
