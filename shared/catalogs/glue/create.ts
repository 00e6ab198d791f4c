/** New databases and tables; one that is there already is success where it is the same. */
import { GoldsyncError } from '../../base/errors.ts'
import { type Table, type TableName, tableId } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { expectSameTable } from '../refusals.ts'
import type { Glue } from './client.ts'
import { newTable, toTable } from './convert.ts'
import { isFault } from './errors.ts'
import { findTable } from './read.ts'

export async function createDatabase(glue: Glue, name: string, call: Call): Promise<void> {
  try {
    await glue.send('CreateDatabase', { DatabaseInput: { Name: name } }, call)
  } catch (error) {
    if (!isFault(error, 'AlreadyExistsException')) throw error
  }
}

/** @throws GoldsyncError `NOT_FOUND` without its database, `CONFLICT` where another table has the name */
export async function createTable(glue: Glue, table: Table, call: Call): Promise<void> {
  try {
    const input = { DatabaseName: table.name.database, TableInput: newTable(table) }
    await glue.send('CreateTable', input, call)
  } catch (error) {
    if (isFault(error, 'EntityNotFoundException')) throw noDatabase(table.name, error)
    if (!isFault(error, 'AlreadyExistsException')) throw error
    const stored = await findTable(glue, table.name, call)
    expectSameTable(`table ${tableId(table.name)}`, stored && toTable(table.name, stored), table)
  }
}

const noDatabase = ({ database }: TableName, cause: unknown): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `database ${database} does not exist`, {
    hint: 'create it, or let goldsync do so with createDatabase: true',
    cause,
  })
