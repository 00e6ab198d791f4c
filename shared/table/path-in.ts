/** Partitions by their folders. */
import type { TableJob } from '../run/run.ts'
import type { PartitionFolder } from '../schema/observed.ts'

/** Path of a partition's folder from the topic's. */
export const pathIn = ({ topic }: TableJob, { segments }: Pick<PartitionFolder, 'segments'>): string =>
  segments.slice(topic.segments.length).join('/')
