/** Whether a manifest may hold files of a partition, by the bounds that the manifest list tells: pure. */
import type { FieldSummary, ManifestFile, PartitionDatum } from '../../../iceberg/manifest.ts'
import type { IcebergSchema, IcebergType, PartitionSpec } from '../../../iceberg/metadata.ts'

/** @param partitions of files that are looked for, by the spec */
export function mayHold(
  manifest: ManifestFile,
  spec: PartitionSpec,
  schema: IcebergSchema,
  partitions: readonly (readonly PartitionDatum[])[],
): boolean {
  if (manifest.content !== 'data' || manifest.addedFiles + manifest.existingFiles === 0) return false
  const { partitions: summaries } = manifest
  if (manifest.specId !== spec['spec-id'] || summaries === undefined) return true
  const types = spec.fields.map(field => schema.fields.find(({ id }) => id === field['source-id'])?.type)
  return partitions.some(values => values.every((value, at) => within(summaries[at], types[at], value)))
}

function within(
  summary: FieldSummary | undefined,
  type: IcebergType | undefined,
  value: PartitionDatum,
): boolean {
  if (summary === undefined) return true
  if (value === null) return summary.containsNull
  const { lowerBound, upperBound } = summary
  // Without bounds all of them are null.
  if (lowerBound === undefined || upperBound === undefined) return !summary.containsNull
  const compare = comparing(type, value)
  return compare === undefined || (compare(lowerBound) <= 0 && compare(upperBound) >= 0)
}

/** Compares a bound with the value: below 0 where the bound is the lower one; undefined for types that keys do not have. */
function comparing(
  type: IcebergType | undefined,
  value: PartitionDatum,
): ((bound: Uint8Array) => number) | undefined {
  if (type === 'string' && typeof value === 'string') {
    const bytes = Buffer.from(value)
    return bound => Buffer.compare(bound, bytes)
  }
  if ((type === 'int' || type === 'date' || type === 'long') && isNumeric(value)) {
    const wanted = BigInt(value)
    return bound => {
      const found = numberOf(bound)
      return found < wanted ? -1 : Number(found > wanted)
    }
  }
  return undefined
}

const isNumeric = (value: PartitionDatum): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value)

/** Little-endian, of 4 or 8 bytes. */
const numberOf = (bound: Uint8Array): bigint => {
  const view = new DataView(bound.buffer, bound.byteOffset, bound.byteLength)
  return bound.byteLength === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true)
}
