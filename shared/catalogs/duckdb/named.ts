/** Partitions named by their values, as a parameter of a statement. */
import type { PartitionValues } from '../../schema/table.ts'

export interface Named {
  readonly values: PartitionValues
}

/** Lists go in as one JSON text each: a statement with thousands of literals takes longer to parse than to run. */
export const VALUES = `(select unnest(from_json($2, '[["VARCHAR"]]')))`

/** The second parameter of a statement that has `VALUES` in it. */
export const printValues = (partitions: readonly Named[]): string =>
  JSON.stringify(partitions.map(({ values }) => values))
