/** A topic's table by the name, or in the database, that the config gave it before: looked for before another one is made. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import type { TableTrace } from '../catalogs/catalog.ts'
import { locationIn } from '../decide/locations.ts'
import { sameLocation } from '../layout/location.ts'
import { formerNames } from '../layout/naming.ts'
import { rootsIn } from '../run/roots.ts'
import type { TableJob } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type TableName, tableId } from '../schema/table.ts'
import { LAKE, TOPIC } from '../state/table-state.ts'
import { find, type Ledger } from './ledger.ts'
import { askSeldom } from './once.ts'

/**
 * A second table in the same database would take nothing over of what the first one has. One in another database is made, and the
 * first one told.
 * @throws GoldsyncError `CONFLICT` where the topic has a table of another name
 */
export async function expectNoFormer(ledger: Ledger): Promise<void> {
  const { job } = ledger
  const former = (await namedBefore(ledger)) ?? (await namedByOtherRule(ledger))
  if (former) throw hasOtherName(job, former)
  const elsewhere = await inOtherDatabase(ledger)
  if (elsewhere) find(ledger, [databaseChanged(job, elsewhere)])
}

function isTopics({ lake, catalog, topic, ...job }: TableJob, table: TableTrace | undefined): boolean {
  if (table?.parameters[TOPIC] !== topic.name) return false
  const { [LAKE]: root } = table.parameters
  const known = root !== undefined && rootsIn(lake, catalog).some(each => sameLocation(each, root))
  return known || sameLocation(table.location, locationIn({ lake, catalog, topic, ...job }, topic.segments))
}

/** By the names that the config would give it without its exceptions. */
async function namedBefore({ job, run }: Ledger): Promise<TableName | undefined> {
  for (const name of formerNames(job.topic.name, job.lake.naming)) {
    const table = await job.catalog.inspect({ database: job.name.database, name }, run)
    if (isTopics(job, table)) return table?.name
  }
  return undefined
}

/**
 * By a rule that nobody knows any more, which another config had: one look at the database, where each table comes with all of its
 * columns, serves all tables that a process makes in a while. What it has found is looked at again: it may have been renamed since.
 */
async function namedByOtherRule({ job, run }: Ledger): Promise<TableName | undefined> {
  const { catalog, name, lake } = job
  const key = `tables of ${catalog.name} ${name.database}`
  const tables = await askSeldom(lake, run, key, async () => {
    const all = await orNothing(catalog.otherTables?.(name.database, new Set(), run), isForbidden)
    return (all ?? []).flatMap(withTopic)
  })
  const found = tables.find(table => table.name.name !== name.name && isTopics(job, table))
  if (found === undefined) return undefined
  const now = await catalog.inspect(found.name, run)
  return isTopics(job, now) ? now?.name : undefined
}

/** As much as is kept of a table; nothing of one that is not goldsync's. */
function withTopic({ name, location, parameters }: TableTrace): TableTrace[] {
  const { [TOPIC]: topic, [LAKE]: lake } = parameters
  if (topic === undefined) return []
  return [{ name, location, parameters: { [TOPIC]: topic, ...(lake === undefined ? {} : { [LAKE]: lake }) } }]
}

/** Databases that are looked at. */
const MOST_DATABASES = 50

/** The first topic of a lake that gets a table says for all of them which database it is; then each table is looked for there alone. */
async function inOtherDatabase({ job, run }: Ledger): Promise<TableName | undefined> {
  const { catalog, name, lake } = job
  const lookIn = async (database: string): Promise<TableName | undefined> => {
    const table = await orNothing(catalog.inspect({ database, name: name.name }, run))
    return isTopics(job, table) ? table?.name : undefined
  }
  const key = `former database of ${lake.location} ${catalog.name} ${name.database}`
  const database = await askSeldom(lake, run, key, async () => {
    const databases = (await orNothing(catalog.databases?.(run))) ?? []
    for (const other of databases.filter(one => one !== name.database).slice(0, MOST_DATABASES))
      if (await lookIn(other)) return other
    return undefined
  })
  return database === undefined ? undefined : lookIn(database)
}

/** Who may not look finds nothing, and nothing is in a database that is to be made: the table itself can be made all the same. */
const isForbidden = ({ code }: GoldsyncError): boolean =>
  code === 'PERMISSION_DENIED' || code === 'UNSUPPORTED' || code === 'NOT_FOUND'

/** What is only warned of is not worth a failure. */
const isAny = ({ code }: GoldsyncError): boolean => code !== 'ABORTED'

async function orNothing<T>(asked: Promise<T> | undefined, isNothing = isAny): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof GoldsyncError && isNothing(error)) return undefined
    throw error
  }
}

const hasOtherName = ({ topic, name }: TableJob, former: TableName): GoldsyncError =>
  new GoldsyncError(
    'CONFLICT',
    `topic ${topic.name} has the table ${tableId(former)} already, and the config calls it ${name.name} now: no second one is made`,
    {
      hint: `goldsync rename ${tableId(former)} ${name.name} gives it that name; goldsync forget ${tableId(former)} leaves it to its owner, and the next scan makes the other`,
      retryable: false,
    },
  )

const databaseChanged = ({ topic, name }: TableJob, former: TableName): Diagnostic => ({
  code: 'DATABASE_CHANGED',
  severity: 'warning',
  message: `topic ${topic.name} has the table ${tableId(former)} already, and the config has database ${name.database} now, where another one is made: no run brings the first one up to date any more, and it answers queries all the same`,
  fix: `set database back to ${former.database}, and drop the new tables; or, if the new database is meant, drop the old table once nobody queries it (files of external tables stay)`,
})
