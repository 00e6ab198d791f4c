/** From config to opened drivers: the one place that puts the parts together. */
import type { CallCounter } from '../base/calls.ts'
import { once } from '../base/once.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import { openCatalog } from '../catalogs/open.ts'
import type { Config, LakeConfig } from '../config/config.ts'
import type { Engine } from '../engines/engine.ts'
import { openEngine } from '../engines/open.ts'
import type { Lake } from '../run/run.ts'
import { openScheduler } from '../schedulers/open.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { openStorage } from '../storages/open.ts'
import type { Storage } from '../storages/storage.ts'

/** The drivers of one config, to be used for as long as its host runs: they connect again when a server was lost. */
export interface Connection {
  /**
   * Opens the drivers that the lakes use, the first time. They connect on first use, so this reaches no server.
   * @throws GoldsyncError `MISSING_PACKAGE` where an optional client library is not installed, `CONFIG_INVALID`; the next call tries again
   */
  lakes(): Promise<readonly Lake[]>
  /** Opens the schedulers, the first time; this reaches no server. */
  schedulers(): Promise<readonly Scheduler[]>
  /** Closes every driver; open work ends with an error. */
  close(): Promise<void>
}

type Counter = Pick<CallCounter, 'counted'>

/** @param counter of the drivers' calls, where somebody wants to know them */
export function connect(config: Config, counter: Counter = { counted: driver => driver }): Connection {
  let opening: Promise<Opened> | undefined
  const open = async (): Promise<Opened> => {
    try {
      return await openDrivers(config, counter)
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  return {
    lakes: async () => {
      opening ??= open()
      return (await opening).lakes
    },
    schedulers: once(() =>
      Promise.all(Object.entries(config.schedulers).map(([name, options]) => openScheduler(name, options))),
    ),
    close: async () => {
      const opened = await opening?.catch(() => undefined)
      await Promise.allSettled((opened?.drivers ?? []).map(driver => driver.close()))
    },
  }
}

interface Opened {
  readonly lakes: readonly Lake[]
  readonly drivers: readonly (Catalog | Engine | Storage)[]
}

async function openDrivers(config: Config, { counted }: Counter): Promise<Opened> {
  const used = new Set(config.lakes.flatMap(lake => lake.catalogs))
  const catalogs = await openAll(
    Object.entries(config.catalogs).filter(([name]) => used.has(name)),
    async (name, options) =>
      counted(await openCatalog(name, options), { backend: 'catalog', name, kind: options.kind }, [
        'inspect',
        'inspectAll',
        'partitions',
        'databases',
        'otherTables',
        'apply',
      ]),
  )
  const isIceberg = (name: string) => config.catalogs[name]?.kind === 'iceberg'
  const asked = [...used].filter(name => !isIceberg(name))
  const engines = await openAll(Object.entries(config.engines), async (name, options) =>
    counted(
      await openEngine(name, options, asked, options.catalogs?.some(isIceberg) ? 'iceberg' : 'hive'),
      { backend: 'engine', name, kind: options.kind },
      ['refresh', 'visible', 'read', 'viewsOver'],
    ),
  )
  const storages = await Promise.all(
    config.lakes.map(async ({ location: name, storage }) =>
      counted(await openStorage(name, storage), { backend: 'storage', name }, ['list', 'stat', 'read']),
    ),
  )
  const lakes = config.lakes.map((lake, at) =>
    openLake(lake, storages[at] as Storage, catalogs, [...engines.values()]),
  )
  return { lakes, drivers: [...catalogs.values(), ...engines.values(), ...storages] }
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
