/** Changes of a table: read, modify, write back, with nobody's change in between lost. */
import type { Call } from '../catalog.ts'
import type { TableChange } from '../change-table.ts'
import type { Glue } from './client.ts'
import { faultOf, metAnotherWriter } from './errors.ts'
import { modified } from './modify-table.ts'
import { pause, TRIES } from './pause.ts'
import { getTable } from './read.ts'

/** One change of a table, as one write. @throws GoldsyncError `NOT_FOUND` `CONFLICT` */
export async function alterTable(glue: Glue, change: TableChange, call: Call): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await write(glue, change, call)
    } catch (error) {
      const fault = faultOf(error)
      if (fault === undefined || !metAnotherWriter(fault) || tried === TRIES) throw error
      await pause(tried, call)
    }
  }
}

/** Glue writes only where the table still has the version that was read. */
async function write(glue: Glue, change: TableChange, call: Call): Promise<void> {
  const stored = await getTable(glue, change.table, call)
  const TableInput = modified(stored, change)
  if (TableInput === undefined) return
  const { VersionId } = stored
  // An archived version for each change would use up the account's quota of them.
  const request = { DatabaseName: change.table.database, TableInput, VersionId, SkipArchive: true }
  await glue.send('UpdateTable', request, call)
}
