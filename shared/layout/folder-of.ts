/** The folder of a partition that a catalog has: its values may be anybody's. */
import { GoldsyncError } from '../base/errors.ts'
import type { PartitionValues } from '../schema/table.ts'
import type { Layout } from './layout.ts'

/** Folder names from the lake's root, or undefined where no folder of the layout stands for the values. */
export function folderOf(
  layout: Layout,
  topic: string,
  values: PartitionValues,
): readonly string[] | undefined {
  try {
    return layout.format(topic, values)
  } catch (error) {
    if (error instanceof GoldsyncError) return undefined
    throw error
  }
}
