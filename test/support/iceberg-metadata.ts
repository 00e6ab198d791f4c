/** An Iceberg table of one column, without partitions and without snapshots. */
import { applyStaged } from '../../shared/iceberg/apply.ts'
import { newTable } from '../../shared/iceberg/stage.ts'

export const ICEBERG_TABLE = applyStaged(
  undefined,
  newTable({
    ...{ uuid: 'u', location: 'memory://meta/orders', lastColumnId: 1, properties: {} },
    schema: {
      ...{ type: 'struct', 'schema-id': 0 },
      fields: [{ id: 1, name: 'a', required: false, type: 'long' }],
    },
    spec: { 'spec-id': 0, fields: [] },
  }),
  { now: 1 },
)
