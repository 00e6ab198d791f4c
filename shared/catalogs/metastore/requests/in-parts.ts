/** How partitions are written of which the server may refuse some. */
import type { GoldsyncError } from '../../../base/errors.ts'
import type { PartitionValues, TableName } from '../../../schema/table.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { findTable, type Warehouse } from './warehouse.ts'

/** For the batches of a step: where one that is refused does not end it. */
export const inParts = (warehouse: Warehouse, table: TableName, call: ClientCall) => ({
  refusing: asRefused(call),
  answers: () =>
    findTable(warehouse, table, call).then(
      () => true,
      () => false,
    ),
})

const asRefused = ({ refusing }: ClientCall) =>
  refusing && {
    took: refusing.took,
    refuse: ({ values }: { readonly values: PartitionValues }, error: GoldsyncError) =>
      refusing.refuse(values, error),
  }
