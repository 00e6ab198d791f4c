/** Whether an engine answers, has the catalog and its databases, and takes the call that makes it forget what it cached. Knows contracts only. */
import type { ClockReading } from '../base/clock-reading.ts'
import type { Engine } from '../engines/engine.ts'
import { ask, type Limits } from './ask.ts'
import { because, failed, notAsked, ok, type Said } from './check.ts'

interface EngineChecked {
  readonly said: readonly Said[]
  readonly clock: ClockReading | undefined
}

/** Databases that catalogs have, by the catalogs' names. */
export type Databases = ReadonlyMap<string, readonly string[]>

/** A table that nobody has: that it is not found tells that the call is allowed. */
const NO_TABLE = 'goldsync_check'

export async function checkEngine(
  engine: Engine,
  databases: Databases,
  limits: Limits,
): Promise<EngineChecked> {
  const { value: reader, error } = await ask(engine.name, limits, call => engine.reader(call))
  if (error) {
    const rest = notAsked('its catalog, databases and cache', 'it does not answer')
    return { said: [because(error), rest], clock: undefined }
  }
  const answers = ok(`${engine.name} answers: ${engine.kind} ${reader.version ?? 'of an unknown version'}`)
  const wanted = engine.catalogs.flatMap(catalog =>
    (databases.get(catalog) ?? []).map(database => ({ catalog, database })),
  )
  const shown = await ask('its databases', limits, async call => engine.databases?.(call))
  if (shown.error) {
    const rest = notAsked('databases and cache', 'its catalog cannot be asked')
    return { said: [answers, because(shown.error), rest], clock: undefined }
  }
  const seen = sayDatabases(wanted, shown.value)
  return {
    said: [answers, ...seen, await checkCache(engine, wanted[0]?.database, limits)],
    clock: await clockOf(engine, limits),
  }
}

function sayDatabases(
  wanted: readonly { readonly catalog: string; readonly database: string }[],
  shown: readonly string[] | undefined,
): readonly Said[] {
  if (shown === undefined) return []
  if (wanted.length === 0)
    return [notAsked('whether it shows the database', 'no catalog that it reads has one of the lakes yet')]
  return wanted.map(({ catalog, database }) =>
    shown.includes(database)
      ? ok(`it shows database ${database} of ${catalog}`)
      : failed(
          `it shows no database ${database}, which ${catalog} has`,
          `its catalog is over another metastore than ${catalog}, or its access control hides the database: check catalog and catalogs of the engine, and grant what docs/engines lists`,
        ),
  )
}

async function checkCache(engine: Engine, database = 'default', limits: Limits): Promise<Said> {
  if (engine.caching === undefined) return ok('it caches nothing that goldsync would have to make it forget')
  if (!engine.caching)
    return notAsked(
      'whether it caches the metastore',
      'no statement tells it: caching is false here, which is right where its hive.metastore-cache-ttl is 0s, and else new partitions are seen late',
    )
  const { error } = await ask('its cache', limits, call => engine.refresh({ database, name: NO_TABLE }, call))
  if (error === undefined || error.code === 'NOT_FOUND')
    return ok('it takes the call that makes it forget what it cached (caching: true)')
  return because(error, 'caching is true, and it cannot be made to forget what it cached: ')
}

async function clockOf({ name, clock }: Engine, limits: Limits): Promise<ClockReading | undefined> {
  if (clock === undefined) return undefined
  const from = Date.now()
  const { value: theirs } = await ask(name, limits, clock)
  return theirs === undefined ? undefined : { theirs, from, to: Date.now() }
}
