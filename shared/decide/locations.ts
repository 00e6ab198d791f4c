/** Places as one catalog writes them: pure. */
import { folderOf } from '../layout/folder-of.ts'
import type { TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { PartitionValues } from '../schema/table.ts'

/** The location of a folder as the catalog writes it. @param segments names from the lake's root */
export const locationIn = ({ lake, catalog }: TableJob, segments: readonly string[]): string =>
  [lake.locationIn(catalog.name), ...segments].join('/')

/** Registered partitions whose folders are gone, as folders without files. */
export const emptyFolders = (job: TableJob, partitions: readonly PartitionValues[]): PartitionFolder[] =>
  partitions.flatMap(values => {
    const segments = folderOf(job.layout, job.topic.name, values)
    return segments ? [{ values, segments, location: locationIn(job, segments), ...EMPTY }] : []
  })

const EMPTY = { time: undefined, modified: 0, files: [], unaccepted: [], success: false } as const
