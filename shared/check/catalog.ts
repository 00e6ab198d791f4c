/** Whether a catalog answers, has the databases that are wanted, and lets their tables be looked at. Knows contracts only. */
import pMap from 'p-map'
import type { ServerFacts } from '../base/server-facts.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Topic } from '../lake/found.ts'
import type { Lake } from '../run/run.ts'
import { tableOf } from '../run/wanted.ts'
import { tableId } from '../schema/table.ts'
import { ask, type Limits } from './ask.ts'
import { because, counted, failed, notAsked, ok, type Said } from './check.ts'
import { type Kept, sayScans, sayWaiting } from './kept.ts'
import { oneServes, sayServers } from './servers.ts'

export interface CatalogChecked {
  readonly said: readonly Said[]
  readonly servers: readonly ServerFacts[]
  /** Databases of the lakes that are there. */
  readonly databases: readonly string[]
}

/** A lake that the catalog gets tables of, and its topics as far as they are known. */
interface Feeding {
  readonly lake: Lake
  readonly topics: readonly Topic[]
}

/** Tables that are looked at. */
const MOST_TABLES = 10

export async function checkCatalog(
  catalog: Catalog,
  feeding: readonly Feeding[],
  limits: Limits,
): Promise<CatalogChecked> {
  const asked = await ask(catalog.name, limits, async call => (await catalog.servers?.(call)) ?? [])
  const servers = asked.value ?? []
  const about = asked.error ? [because(asked.error)] : sayServers(servers)
  if (asked.error || (servers.length > 0 && !oneServes(servers))) {
    const rest = notAsked('databases, tables and rights', 'the catalog does not answer')
    return { said: [...about, rest], servers, databases: [] }
  }
  const names = [...new Set(feeding.map(({ lake }) => lake.database))]
  const found = await pMap(names, name => checkDatabase({ catalog, feeding, limits }, name), {
    concurrency: 8,
  })
  const databases = names.filter((_, at) => found[at]?.isThere)
  const said = [...about, ...found.flatMap(one => one.said), ...sayRights(catalog)]
  return { said, servers, databases }
}

interface Database {
  readonly isThere: boolean
  readonly said: readonly Said[]
}

interface Asked {
  readonly catalog: Catalog
  readonly feeding: readonly Feeding[]
  readonly limits: Limits
}

async function checkDatabase({ catalog, feeding, limits }: Asked, name: string): Promise<Database> {
  const { value: isThere, error } = await ask(`${catalog.name}: database ${name}`, limits, call =>
    catalog.hasDatabase(name, { ...call, dryRun: true }),
  )
  if (error)
    return {
      isThere: false,
      said: [because(error), notAsked(`tables of ${name}`, 'its database could not be asked for')],
    }
  const lakes = feeding.filter(({ lake }) => lake.database === name)
  if (isThere)
    return {
      isThere,
      said: [ok(`database ${name} is there`), ...(await checkTables({ catalog, feeding: lakes, limits }))],
    }
  const mayMake = catalog.capabilities.createsDatabases || lakes.every(({ lake }) => lake.createDatabase)
  if (mayMake) return { isThere: false, said: [ok(`database ${name} is not there; a scan makes it`)] }
  const missing = failed(
    `database ${name} does not exist in ${catalog.name}`,
    'create it, or let goldsync do so with createDatabase: true',
  )
  return { isThere: false, said: [{ ...missing, code: 'NOT_FOUND' }] }
}

/** Whether goldsync may look at its tables. */
async function checkTables({ catalog, feeding, limits }: Asked): Promise<readonly Said[]> {
  const names = feeding.flatMap(({ lake, topics }) => topics.map(({ name }) => tableOf(lake, name)))
  if (names.length === 0) return []
  const looks = await pMap(
    names.slice(0, MOST_TABLES),
    name => ask(tableId(name), limits, call => catalog.inspect(name, { ...call, dryRun: true })),
    { concurrency: 4 },
  )
  const wrong = looks.flatMap(({ error }) => (error ? [because(error)] : []))
  const made = looks.filter(({ value }) => value !== undefined).length
  const good = looks.length - wrong.length
  const kept = await readKept({ catalog, feeding, limits })
  const seen = ok(
    `its tables can be looked at: ${counted(good, 'topic')} asked for, ${made} of them with a table`,
  )
  return [
    ...(good > 0 ? [seen] : []),
    ...wrong.slice(0, 3),
    ...sayScans(catalog.name, kept, limits.now),
    ...sayWaiting(kept, limits.now),
  ]
}

/** All tables in the order of their topics, where the catalog tells of many at once. */
async function readKept({ catalog, feeding, limits }: Asked): Promise<readonly Kept[]> {
  const [database] = feeding.map(({ lake }) => lake.database)
  if (catalog.inspectAll === undefined || database === undefined) return []
  const wanted = feeding.flatMap(({ lake, topics }) => topics.map(({ name: topic }) => ({ lake, topic })))
  const names = wanted.map(({ lake, topic }) => tableOf(lake, topic).name)
  const { value } = await ask(`tables of ${database}`, limits, async call =>
    catalog.inspectAll?.(database, names, { ...call, dryRun: true }),
  )
  return wanted.map(({ lake, topic }) => {
    const { name } = tableOf(lake, topic)
    return { lake, topic, table: value?.has(name) ? value.get(name) : 'unread' }
  })
}

/** Of a file it was asked whether it can be written; of servers only a write would tell. */
const sayRights = ({ kind, servers }: Catalog): readonly Said[] =>
  kind === 'memory' || (servers === undefined && kind !== 'glue')
    ? []
    : [
        notAsked(
          'rights to create and alter',
          `only a write would tell them (docs/catalogs/${kind}.md lists what is needed)`,
        ),
      ]
