/** What a snapshot's summary tells (Table Spec, appendix F, "Optional Snapshot Summary Fields"). */
import type { Parameters } from '../schema/table.ts'
import type { ContentFile } from './manifest.ts'

export interface FileChanges {
  /** Data files. */
  readonly added: readonly ContentFile[]
  /** Data files. */
  readonly deleted: readonly ContentFile[]
}

/** @param before the parent's summary; where it lacks a total, the new one has none either */
export function changeSummary(before: Parameters | undefined, { added, deleted }: FileChanges): Parameters {
  const plus = countsOf(added)
  const minus = countsOf(deleted)
  const partitions = new Set([...added, ...deleted].map(({ partition }) => partition.map(String).join('\0')))
  const total = (name: string, change: bigint): Parameters => {
    const had = before === undefined ? '0' : before[name]
    return had === undefined || !/^\d+$/.test(had) ? {} : { [name]: String(BigInt(had) + change) }
  }
  return {
    ...told(plus, { files: 'added-data-files', rows: 'added-records', bytes: 'added-files-size' }),
    ...told(minus, { files: 'deleted-data-files', rows: 'deleted-records', bytes: 'removed-files-size' }),
    'changed-partition-count': String(partitions.size),
    ...total('total-data-files', plus.files - minus.files),
    ...total('total-records', plus.rows - minus.rows),
    ...total('total-files-size', plus.bytes - minus.bytes),
    ...total('total-delete-files', 0n),
    ...total('total-position-deletes', 0n),
    ...total('total-equality-deletes', 0n),
  }
}

interface Counts {
  readonly files: bigint
  readonly rows: bigint
  readonly bytes: bigint
}

const countsOf = (files: readonly ContentFile[]): Counts => ({
  files: BigInt(files.length),
  rows: files.reduce((sum, { recordCount }) => sum + recordCount, 0n),
  bytes: files.reduce((sum, { fileSize }) => sum + fileSize, 0n),
})

const told = (counts: Counts, names: Readonly<Record<keyof Counts, string>>): Parameters =>
  counts.files === 0n
    ? {}
    : {
        [names.files]: String(counts.files),
        [names.rows]: String(counts.rows),
        [names.bytes]: String(counts.bytes),
      }
