/** What is asked before a table is made: whether it has another name already, and whether its database is there. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import { locationIn } from '../decide/locations.ts'
import { sameLocation } from '../layout/location.ts'
import { formerNames } from '../layout/naming.ts'
import { tableId } from '../schema/table.ts'
import { TOPIC } from '../state/table-state.ts'
import { execute } from './execute.ts'
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

/** A second table of the topic would take nothing over of what the first one has. */
async function expectNoFormer({ job, run }: Ledger): Promise<void> {
  const { topic, lake, catalog, name } = job
  const home = locationIn(job, topic.segments)
  for (const former of formerNames(topic.name, lake.naming)) {
    const before = { database: name.database, name: former }
    const table = await catalog.inspect(before, run)
    if (table?.parameters[TOPIC] !== topic.name || !sameLocation(table.location, home)) continue
    throw new GoldsyncError(
      'CONFLICT',
      `topic ${topic.name} has the table ${tableId(before)} already, and the config calls it ${name.name} now: no second one is made`,
      {
        hint: `goldsync rename ${tableId(before)} ${name.name} gives it that name; goldsync forget ${tableId(before)} leaves it to its owner, and the next scan makes the other`,
        retryable: false,
      },
    )
  }
}

async function ensureDatabase(ledger: Ledger): Promise<void> {
  const { catalog, name, lake } = ledger.job
  if (await catalog.hasDatabase(name.database, ledger.run)) return
  if (lake.createDatabase) return execute(ledger, [{ kind: 'createDatabase', database: name.database }])
  if (catalog.capabilities.createsDatabases) return
  throw new GoldsyncError('NOT_FOUND', `database ${name.database} does not exist in ${catalog.name}`, {
    hint: 'create it, or let goldsync do so with createDatabase: true',
  })
}
