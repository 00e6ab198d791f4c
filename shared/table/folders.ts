/** Places as one catalog writes them: pure. */
import type { TableJob } from '../run.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { PartitionValues } from '../schema/table.ts'

/** The location of a folder as the catalog writes it. @param segments names from the lake's root */
export const locationIn = ({ lake, catalog }: TableJob, segments: readonly string[]): string =>
  [lake.locationIn(catalog.name), ...segments].join('/')

/** Registered partitions whose folders are gone, as folders without files. */
export const emptyFolders = (job: TableJob, partitions: readonly PartitionValues[]): PartitionFolder[] =>
  partitions.map(values => {
    const segments = job.layout.format(job.topic.name, values)
    return {
      values,
      segments,
      location: locationIn(job, segments),
      time: undefined,
      modified: 0,
      files: [],
      unaccepted: [],
      success: false,
    }
  })
