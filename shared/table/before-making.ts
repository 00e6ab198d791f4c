/** What is asked before a table is made: whether it has another name already, and whether its database is there. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import { execute } from './execute.ts'
import { expectNoFormer } from './former-table.ts'
import type { Ledger } from './ledger.ts'
import { askOnce } from './once.ts'

/**
 * The database is made where it is missing and may be. Told before anything is planned that could not be done.
 * @throws GoldsyncError `CONFLICT` where the topic's table has the name that it had before the config gave it another,
 *   `NOT_FOUND` where the database is missing
 */
export async function beforeMaking(ledger: Ledger): Promise<void> {
  await expectNoFormer(ledger)
  const { job, run } = ledger
  const key = `database ${job.catalog.name} ${job.name.database} ${job.lake.createDatabase}`
  await askOnce(run, key, () => ensureDatabase(ledger))
}

async function ensureDatabase(ledger: Ledger): Promise<void> {
  const { catalog, name, lake } = ledger.job
  if (await catalog.hasDatabase(name.database, ledger.run)) return
  if (lake.createDatabase) return execute(ledger, [{ kind: 'createDatabase', database: name.database }])
  if (catalog.capabilities.createsDatabases) return
  throw noDatabase(name.database, catalog.name)
}

export const noDatabase = (database: string, catalog: string): GoldsyncError =>
  new GoldsyncError('NOT_FOUND', `database ${database} does not exist in ${catalog}`, {
    hint: 'create it, or let goldsync do so with createDatabase: true',
  })
