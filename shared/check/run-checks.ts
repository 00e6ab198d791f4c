/** All checks: begun side by side, told in order. Knows contracts only. */
import type { ServerFacts } from '../base/server-facts.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Lake } from '../run/run.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import type { Limits } from './ask.ts'
import { type CatalogChecked, checkCatalog } from './catalog.ts'
import type { Check, Said } from './check.ts'
import { type NamedClock, sayClocks } from './clocks.ts'
import { checkEngine, type Databases } from './engine.ts'
import { checkScheduler } from './scheduler.ts'
import { checkStorage } from './storage.ts'
import { type Secrets, sayWebhook } from './webhook.ts'

/** What of the config is no driver's. */
export interface Configured {
  readonly webhook: Secrets | undefined
  readonly schedulers?: readonly Scheduler[]
  /** What depends on the clock: `Kerberos`, `signatures of S3`. */
  readonly needsClock: readonly string[]
}

/** Milliseconds. */
const PATIENCE = 8_000

/** Each as soon as it and those before it are known. Nothing is written. */
export async function* runChecks(
  lakes: readonly Lake[],
  { webhook, schedulers = [], needsClock }: Configured,
  limits: Limits = { now: Date.now(), patience: PATIENCE },
): AsyncGenerator<Check> {
  const storages = lakes.map(lake => ({ lake, checked: checkStorage(lake, limits) }))
  const catalogs = [...new Set(lakes.flatMap(lake => lake.catalogs))].map(catalog => ({
    catalog,
    checked: afterListing(storages, catalog.name).then(feeding => checkCatalog(catalog, feeding, limits)),
  }))
  const engines = [...new Set(lakes.flatMap(lake => lake.engines))].map(engine => ({
    engine,
    checked: databasesOf(catalogs).then(databases => checkEngine(engine, databases, limits)),
  }))
  const told = schedulers.map(one => ({ name: one.name, said: checkScheduler(one, limits) }))
  const clocks: NamedClock[] = []
  for (const { lake, checked } of storages) {
    const { said, servers } = await checked
    clocks.push(...clocksOf(servers))
    yield* lines('storage', said, lake.location)
  }
  for (const { catalog, checked } of catalogs) {
    const { said, servers } = await checked
    clocks.push(...clocksOf(servers))
    yield* lines('catalog', said, catalog.name)
  }
  for (const { engine, checked } of engines) {
    const { said, clock } = await checked
    if (clock) clocks.push({ name: engine.name, clock })
    yield* lines('engine', said, engine.name)
  }
  for (const { name, said } of told) yield* lines('scheduler', await said, name)
  yield* lines('webhook', sayWebhook(webhook))
  yield* lines('clock', sayClocks(clocks, needsClock))
}

export const lines = (area: Check['area'], said: readonly Said[], subject?: string): readonly Check[] =>
  said.map(one => ({ area, ...(subject === undefined ? {} : { subject }), ...one }))

/** The lakes that feed the catalog, with their topics as far as they could be listed. */
async function afterListing(
  storages: readonly { readonly lake: Lake; readonly checked: ReturnType<typeof checkStorage> }[],
  catalog: string,
) {
  const own = storages.filter(({ lake }) => lake.catalogs.some(({ name }) => name === catalog))
  return Promise.all(
    own.map(async ({ lake, checked }) => ({ lake, topics: (await checked).topics?.found ?? [] })),
  )
}

async function databasesOf(
  catalogs: readonly {
    readonly catalog: Pick<Catalog, 'name' | 'database'>
    readonly checked: Promise<CatalogChecked>
  }[],
): Promise<Databases> {
  const found = catalogs.map(async ({ catalog: { name, database }, checked }) => {
    const { databases } = await checked
    return [name, database === undefined || databases.length === 0 ? databases : [database]] as const
  })
  return new Map(await Promise.all(found))
}

const clocksOf = (servers: readonly ServerFacts[]): NamedClock[] =>
  servers.flatMap(({ server, clock }) => (clock ? [{ name: server, clock }] : []))
