/** Column statistics in the catalog in memory, as others set them there. */
import type { MemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import {
  type Parameters,
  type PartitionValues,
  partitionKey,
  type TableName,
  tableId,
} from '../../shared/schema/table.ts'

/** Sets statistics of columns of a partition, beside those that it has. @param said parameters of it that are set, too */
export function setStatistics(
  catalog: MemoryCatalog,
  name: TableName,
  values: PartitionValues,
  columns: readonly string[],
  said: Parameters = {},
): void {
  const key = partitionKey(values)
  const all = [...new Set([...columnsWithStatistics(catalog, name, values), ...columns])]
  catalog.edit(state => {
    const current = state.tables.get(tableId(name))
    const partition = current?.partitions.get(key)
    if (!current || !partition) throw new Error(`no partition ${key}`)
    const parameters = { ...partition.parameters, ...said }
    const table = {
      ...current,
      partitions: new Map([...current.partitions, [key, { ...partition, parameters }]]),
      statistics: new Map([...(current.statistics ?? []), [key, all]]),
    }
    return { ...state, tables: new Map([...state.tables, [tableId(name), table]]) }
  })
}

/** The columns that have some, by name. */
export const columnsWithStatistics = (
  catalog: MemoryCatalog,
  name: TableName,
  values: PartitionValues,
): readonly string[] =>
  [...(catalog.state().tables.get(tableId(name))?.statistics?.get(partitionKey(values)) ?? [])].sort()
