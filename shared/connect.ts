/** From config to opened drivers: the one place that puts the parts together. */
import type { Catalog } from './catalogs/catalog.ts'
import { openCatalog } from './catalogs/open.ts'
import type { Config, LakeConfig } from './config.ts'
import type { Engine } from './engines/engine.ts'
import { openEngine } from './engines/open.ts'
import type { Lake } from './run.ts'
import { openStorage } from './storages/open.ts'
import type { Storage } from './storages/storage.ts'

export interface Connection {
  readonly lakes: readonly Lake[]
  /** Closes every driver; open work ends with an error. */
  close(): Promise<void>
}

/**
 * Opens the drivers that the config's lakes use. Drivers connect on first use, so this reaches no server.
 * @throws GoldsyncError `MISSING_PACKAGE` where an optional client library is not installed
 */
export async function connect(config: Config): Promise<Connection> {
  const used = new Set(config.lakes.flatMap(lake => lake.catalogs))
  const catalogs = await openAll(
    Object.entries(config.catalogs).filter(([name]) => used.has(name)),
    openCatalog,
  )
  const engines = await openAll(Object.entries(config.engines), (name, options) =>
    openEngine(name, options, [...used]),
  )
  const storages = await Promise.all(config.lakes.map(lake => openStorage(lake.location, lake.storage)))
  const lakes = config.lakes.map((lake, at) =>
    openLake(lake, storages[at] as Storage, catalogs, [...engines.values()]),
  )
  return {
    lakes,
    close: async () => {
      await Promise.allSettled(
        [...catalogs.values(), ...engines.values(), ...storages].map(driver => driver.close()),
      )
    },
  }
}

async function openAll<O, D>(
  entries: readonly (readonly [string, O])[],
  open: (name: string, options: O) => Promise<D>,
): Promise<ReadonlyMap<string, D>> {
  return new Map(
    await Promise.all(entries.map(async ([name, options]) => [name, await open(name, options)] as const)),
  )
}

function openLake(
  lake: LakeConfig,
  storage: Storage,
  catalogs: ReadonlyMap<string, Catalog>,
  engines: readonly Engine[],
): Lake {
  const { catalogs: names, storage: _settings, ...rest } = lake
  return {
    ...rest,
    identity: lake,
    storage,
    catalogs: names.map(name => catalogs.get(name) as Catalog),
    engines,
  }
}
