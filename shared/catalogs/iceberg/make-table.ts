/** Tables that are made, and named otherwise. */
import { randomUUID } from 'node:crypto'
import { GoldsyncError } from '../../base/errors.ts'
import { growFields } from '../../iceberg/grow.ts'
import { NAME_MAPPING } from '../../iceberg/mapping.ts'
import { identitySpec } from '../../iceberg/spec.ts'
import { newTable } from '../../iceberg/stage.ts'
import type { Change } from '../../schema/change.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { expectTableAt, noTable } from '../refusals.ts'
import type { Backend } from './backend.ts'
import { mayBeTaken } from './commit.ts'
import { describe, FIXED, LEDGER, propertiesOf } from './described.ts'
import { NO_LIST } from './ledger/ledger.ts'

/** An empty table, where there is none. @throws GoldsyncError `CONFLICT` where it is another, or of another location */
export async function createTable(backend: Backend, table: Table, call: Call): Promise<void> {
  const found = await backend.store.load(table.name, call)
  if (found === 'foreign') throw foreign(table.name)
  if (found !== undefined)
    return expectTableAt(table.name, describe(table.name, found.metadata).location, table.location)
  const { columns, partitionKeys: keyColumns } = table
  const fields = table.fields ?? growFields(undefined, { columns, keys: keyColumns }, [])
  const { schema, lastColumnId } = fields
  const keys = table.partitionKeys.map(key => key.name)
  const uuid = randomUUID()
  const { name } = table.name
  const database = backend.database ?? table.name.database
  const staged = newTable({
    uuid,
    location: `${backend.root}/${database}/${name}-${uuid.slice(0, 8)}`,
    schema,
    lastColumnId,
    spec: identitySpec(schema, keys),
    properties: {
      ...FIXED,
      ...propertiesOf(table, schema),
      [LEDGER]: NO_LIST,
      [NAME_MAPPING]: JSON.stringify(fields.mapping),
    },
  })
  try {
    await backend.store.commit(table.name, undefined, staged, call)
  } catch (error) {
    if (!mayBeTaken(error)) throw error
    // Somebody else was faster, or the answer is lost.
    const other = await backend.store.load(table.name, call)
    if (other === undefined || other === 'foreign') throw error
    expectTableAt(table.name, describe(table.name, other.metadata).location, table.location)
  }
}

/** @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where the name is taken */
export async function renameTable(
  { store }: Backend,
  { table, to }: Extract<Change, { kind: 'renameTable' }>,
  call: Call,
): Promise<void> {
  const found = await store.load(table, call)
  if (found === undefined) {
    const other = await store.load(to, call)
    if (other === undefined || other === 'foreign') throw noTable(table)
    return
  }
  if (found === 'foreign') throw foreign(table)
  await store.rename(table, to, call)
}

export const foreign = (name: TableName): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${tableId(name)} exists already, and is no Iceberg table`, {
    hint: 'give the Iceberg tables a database of their own (docs/iceberg.md), or the topic another table with tables.rename',
    retryable: false,
  })
