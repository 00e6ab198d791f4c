/** Another name for a table. Glue has no request for it: the table is made again, its partitions are copied, then the old one goes. */
import type * as sdk from '@aws-sdk/client-glue'
import { PUBLISHED } from '../../evolution/statistics.ts'
import { type Change, RENAMED } from '../../schema/change.ts'
import type { TableName } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { movesFiles, nameTaken, noTable } from '../refusals.ts'
import { alterTable } from './alter-table.ts'
import { failed, failuresOf, inSlices, MOST, settled } from './batches.ts'
import type { Glue } from './client.ts'
import { partitionInput, tableInput, toTable } from './convert.ts'
import { findTable, of } from './read.ts'

/**
 * The old table says first that it is being renamed: so a run that was cut goes on, and what somebody else made under the new
 * name is told from a copy. It goes last, and files never.
 * @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where the name is another table's
 */
export async function renameTable(
  glue: Glue,
  { table, to }: Extract<Change, { kind: 'renameTable' }>,
  call: Call,
): Promise<void> {
  const [stored, other] = [await findTable(glue, table, call), await findTable(glue, to, call)]
  if (stored === undefined && other) return
  if (stored === undefined) throw noTable(table)
  if (toTable(table, stored).kind !== 'external') throw movesFiles(table)
  const begun = stored.Parameters?.[RENAMED] === to.name
  if (other && !begun) throw nameTaken(to)
  if (!begun)
    await alterTable(glue, { kind: 'setParameters', table, parameters: { [RENAMED]: to.name } }, call)
  if (other === undefined) await createCopy(glue, stored, to, call)
  await copyPartitions(glue, table, to, call)
  await glue.send('DeleteTable', { DatabaseName: table.database, Name: table.name }, call)
}

async function createCopy(glue: Glue, stored: sdk.Table, to: TableName, call: Call): Promise<void> {
  const { [RENAMED]: _, ...Parameters } = stored.Parameters ?? {}
  const TableInput = { ...tableInput(stored), Name: to.name, Parameters }
  await glue.send('CreateTable', { DatabaseName: to.database, TableInput }, call)
}

/** A page at a time. Those that are there already are left: a scan may have registered them meanwhile. */
async function copyPartitions(glue: Glue, table: TableName, to: TableName, call: Call): Promise<void> {
  let NextToken: string | undefined
  do {
    const page = await glue.send('GetPartitions', { ...of(table), MaxResults: MOST.get, NextToken }, call)
    const copies = (page.Partitions ?? []).map(copyOf)
    const create = (wanted: readonly Copy[]) =>
      inSlices(wanted, MOST.create, slice => request(glue, to, slice, call))
    const refused = await settled(copies, create, call)
    const failure = refused.find(({ fault }) => fault.name !== 'AlreadyExistsException')
    if (failure) throw failed(failure)
    NextToken = page.NextToken
  } while (NextToken)
}

interface Copy {
  readonly values: readonly string[]
  readonly input: sdk.PartitionInput
}

/** Column statistics are not copied, so the parameter that names them is left out: they are published again when the files change. */
function copyOf(stored: sdk.Partition): Copy {
  const { [PUBLISHED]: _, ...Parameters } = stored.Parameters ?? {}
  return { values: stored.Values ?? [], input: { ...partitionInput(stored), Parameters } }
}

const request = (glue: Glue, table: TableName, copies: readonly Copy[], call: Call) =>
  failuresOf(copies, async () => {
    const input = { ...of(table), PartitionInputList: copies.map(({ input }) => input) }
    const { Errors = [] } = await glue.send('BatchCreatePartition', input, call)
    return Errors.map(({ PartitionValues, ErrorDetail }) => ({ values: PartitionValues, error: ErrorDetail }))
  })
