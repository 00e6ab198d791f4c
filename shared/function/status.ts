/** Where each table stands, by what goldsync keeps on it: tables are read together where the catalog can, no file is read. */
import pMap from 'p-map'
import { type ErrorSummary, GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Catalog, TablesByName } from '../catalogs/catalog.ts'
import type { Topic } from '../lake/found.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { isWanted, tableOf } from '../run/wanted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'
import { damagedParameters } from '../state/damaged.ts'
import { type Proofs, proofsOn } from '../state/proofs.ts'
import { type Extent, memoryOf } from '../state/remembered.ts'
import { stateOf } from '../state/table-state.ts'
import { adoptAt } from '../sync/adopt-at.ts'
import { assignNames } from '../sync/assign-names.ts'
import { findLeftBehind } from '../sync/left-behind.ts'
import { alsoOfSisters, type Listing, openListing } from '../sync/sisters.ts'
import { type LakeStatus, statusOfScans } from './lake-status.ts'
import { type WaitStatus, waitsOf } from './wait-status.ts'
import { whyNoTable } from './why-no-table.ts'

export interface TableStatus {
  /** `database.table`. */
  readonly table: string
  readonly topic: string
  readonly catalog: string
  /**
   * `noTable`: the topic's folder is there, and no table of it: no scan has come to it yet, or it holds nothing that can be
   * registered. `scanning`: the table's first scan is not complete. `refused`: no run works on it, and `refusal` says why.
   */
  readonly state: 'synced' | 'scanning' | 'noTable' | 'refused' | 'failed'
  readonly refusal?: Pick<Diagnostic, 'code' | 'message' | 'fix'>
  /**
   * Start of the last complete scan of this table that changed something, or of one before it by less than the lake's lookback; and of
   * the last full one that did; ISO 8601. When scans last ran, whether they changed something or not, is the lake's to tell.
   */
  readonly mark?: string
  readonly full?: string
  /** Partitions that every run looks at again (held back, exposed, incomplete), as paths from the topic's folder. */
  readonly pending: readonly string[] | 'too many to be named'
  /** The same with what is known of why, as far as there was room to remember it; absent where nothing is pending. */
  readonly waits?: readonly WaitStatus[]
  /** Where the next run goes on with a full scan that a deadline cut. */
  readonly cursor?: string
  /** Whether a wider type has not reached all partitions yet: queries of those fail in Hive. */
  readonly descriptorsPending: boolean
  /** Whether partitions may have column statistics of an earlier build yet, which scans take away (docs/statistics.md). */
  readonly statisticsPending?: true
  /** Of which files it is known what is left out of them (docs/evolution.md); absent where there is no table. */
  readonly leftOut?: Extent
  /** Engines that have not seen or read all of it, or that failed on a file. */
  readonly engines?: readonly EngineStatus[]
  readonly error?: ErrorSummary
}

/** What one engine has left to do, or could not do. */
export interface EngineStatus {
  readonly engine: string
  /** Of the engine when it last read. */
  readonly version?: string
  /** Partitions with a file of a kind that it is to read yet, as paths from the topic's folder. */
  readonly unproven: readonly string[]
  /** Files that it failed on, by their partitions. `holdsBack`: new partitions with files of the same kind wait. */
  readonly failed: readonly {
    readonly partition: string
    readonly column?: string
    readonly said: string
    readonly holdsBack: boolean
  }[]
  /** Whether it is to be asked again what it sees. */
  readonly unseen: boolean
}

export interface StatusReport {
  /** When scans of each lake ran. */
  readonly lakes: readonly LakeStatus[]
  readonly tables: readonly TableStatus[]
  readonly failures: readonly { readonly location: string; readonly error: ErrorSummary }[]
  /**
   * Parameters of tables that cannot be read. And, where no tables are named, tables that only the catalogs know: of topics that are
   * gone, or have other tables now.
   */
  readonly diagnostics: readonly Diagnostic[]
}

/** Catalogs answer a look at a table in a few ms. */
const LOOKS_AT_ONCE = 8

/**
 * The state of the lakes' tables, in the order of their topics. A lake or table that cannot be asked does not stop the others.
 * @throws GoldsyncError `REQUEST_INVALID` where a table is named that no topic is or becomes
 */
export async function readStatus(
  lakes: readonly Lake[],
  options: Pick<RunOptions, 'signal' | 'tables'>,
): Promise<StatusReport> {
  const listing = openListing(options)
  const found = await Promise.all(lakes.map(lake => statusOfLake({ lake, lakes, listing }, options)))
  const scans = found.flatMap(one => one.lakes)
  const tables = found.flatMap(({ tables }) => tables)
  const failures = found.flatMap(({ failures }) => failures)
  if (failures.length === 0) refuseUnknown(tables, options.tables ?? [])
  return { lakes: scans, tables, failures, diagnostics: found.flatMap(({ diagnostics }) => diagnostics) }
}

/** Of the lakes and tables that could not be asked. */
export const errorsOfStatus = ({ tables, failures }: StatusReport): ErrorSummary[] => [
  ...failures.map(({ error }) => error),
  ...tables.flatMap(({ error }) => error ?? []),
]

function refuseUnknown(tables: readonly TableStatus[], wanted: readonly string[]): void {
  const known = new Set(tables.flatMap(({ table, topic }) => [topic, table, table.split('.')[1]]))
  const unknown = wanted.find(name => !known.has(name))
  if (unknown === undefined) return
  throw new GoldsyncError(
    'REQUEST_INVALID',
    `no topic of the configured lakes is, or becomes, the table ${unknown}`,
    { hint: 'goldsync status names all; tables.include and tables.exclude may leave it out' },
  )
}

interface Among {
  readonly lake: Lake
  /** All of the config. */
  readonly lakes: readonly Lake[]
  readonly listing: Listing
  /** Tables of the catalog that need not be asked for. */
  readonly read?: TablesByName | undefined
}

async function statusOfLake(
  among: Among,
  options: Pick<RunOptions, 'signal' | 'tables'>,
): Promise<StatusReport> {
  const { lake, listing } = among
  try {
    const listed = await listing(lake)
    const included = listed.found.filter(({ name }) => lake.includes(name))
    const topics = included.filter(({ name }) => isWanted(name, tableOf(lake, name), options.tables))
    const names = included.map(({ name }) => name)
    const unknown = new Map<string, ErrorSummary>()
    const { refused: collisions } = await assignNames(
      lake,
      names,
      { ...options, dryRun: true },
      (name, error) => unknown.set(name, summarizeError(error)),
    )
    const meets = ({ name }: Topic): Meets => ({
      collision: collisions.get(name),
      unknown: unknown.get(tableOf(lake, name).name),
    })
    const read = new Map(
      await Promise.all(
        lake.catalogs.map(async one => [one, await readTogether(one, lake, topics, options)] as const),
      ),
    )
    const looks = topics.flatMap(topic => lake.catalogs.map(catalog => ({ topic, catalog })))
    const seen = await pMap(
      looks,
      ({ topic, catalog }) =>
        lookAt({ ...among, read: read.get(catalog) }, topic, catalog, meets(topic), options),
      { concurrency: LOOKS_AT_ONCE },
    )
    const tables = await explained(lake, topics, seen, options)
    const lakes = topics.length > 0 ? [await scansOf(lake, names, seen, options)] : []
    const damaged = seen.flatMap(({ damaged }) => damaged)
    const left = options.tables ? [] : await findLeftBehind(lake, listed, options)
    return { lakes, tables, failures: [], diagnostics: [...damaged, ...left] }
  } catch (error) {
    return {
      lakes: [],
      tables: [],
      failures: [{ location: lake.location, error: summarizeError(error) }],
      diagnostics: [],
    }
  }
}

/** Of topics without a table, what keeps it from being made. */
async function explained(
  lake: Lake,
  topics: readonly Topic[],
  seen: readonly Seen[],
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<readonly TableStatus[]> {
  const missing = seen.flatMap(({ status }) => (status.state === 'noTable' ? [status] : []))
  const [without, among] = [
    new Set(missing.map(({ topic }) => topic)),
    new Set(missing.map(({ catalog }) => catalog)),
  ]
  const why = await whyNoTable(
    lake,
    topics.filter(({ name }) => without.has(name)),
    lake.catalogs.filter(({ name }) => among.has(name)),
    signal ? { signal } : {},
  )
  return seen.map(({ status, table }) => {
    const error = status.state === 'noTable' ? why(status.topic, status.catalog) : undefined
    const { table: id, topic, catalog } = status
    return error ? failed({ table: id, topic, catalog }, table, error).status : status
  })
}

/** Those that the catalog tells of in few calls; of the others, and where that fails, each is asked for. */
async function readTogether(
  catalog: Catalog,
  lake: Lake,
  topics: readonly Topic[],
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<TablesByName> {
  if (catalog.inspectAll === undefined || topics.length < 2) return new Map()
  const names = topics.map(({ name }) => tableOf(lake, name).name)
  const call = { ...(signal ? { signal } : {}), dryRun: true }
  return catalog.inspectAll(lake.database, names, call).catch(() => new Map())
}

interface Seen {
  readonly status: TableStatus
  readonly table: Table | undefined | 'unread'
  readonly damaged: readonly Diagnostic[]
}

/** By the tables of the lake's first catalog. */
function scansOf(
  lake: Lake,
  topics: readonly string[],
  seen: readonly Seen[],
  call: Pick<RunOptions, 'signal'>,
): Promise<LakeStatus> {
  const first = seen.filter(({ status }) => status.catalog === lake.catalogs[0]?.name)
  const known = new Map(first.map(({ status, table }) => [status.topic, table] as const))
  const marks = seen.flatMap(({ status: { mark } }) => (mark === undefined ? [] : [Date.parse(mark)]))
  return statusOfScans(lake, topics, known, marks, call)
}

/** What is known of other topics that would have the same table. */
interface Meets {
  readonly collision: Diagnostic | undefined
  /** Why it is not known which of them has it: a catalog could not be asked. */
  readonly unknown: ErrorSummary | undefined
}

type About = Pick<TableStatus, 'table' | 'topic' | 'catalog'>

async function lookAt(
  among: Among,
  topic: Topic,
  catalog: Catalog,
  { collision, unknown }: Meets,
  { signal }: Pick<RunOptions, 'signal'>,
): Promise<Seen> {
  const { lake, read } = among
  const call = { ...(signal ? { signal } : {}), dryRun: true }
  const name = tableOf(lake, topic.name)
  const about = { table: tableId(name), topic: topic.name, catalog: catalog.name }
  let table: Table | undefined | 'unread' = 'unread'
  try {
    table = read?.has(name.name) ? read.get(name.name) : await catalog.inspect(name, call)
    if (unknown) return failed(about, table, unknown)
    const refusal = collision ?? (await refusalOf(among, { topic, name, catalog, table }, call))
    if (refusal) return refused(about, refusal)
    const status = { ...about, ...kept(about.table, { lake, catalog, table }) }
    return { status, table, damaged: damagedIn(table) }
  } catch (error) {
    return failed(about, table, summarizeError(error))
  }
}

function failed(about: About, table: Seen['table'], error: ErrorSummary): Seen {
  const status = { ...about, state: 'failed', pending: [], descriptorsPending: false, error } as const
  return { status, table, damaged: [] }
}

/** What goldsync keeps on the table. */
function kept(
  id: string,
  { lake, catalog, table }: Pick<Taken, 'catalog' | 'table'> & Pick<Among, 'lake'>,
): Omit<TableStatus, 'table' | 'topic' | 'catalog'> {
  const { mark, full, pending, waits, cursor, descriptors, withdrawal } = stateOf(table, Date.now())
  const asked = lake.engines.filter(({ catalogs }) => catalogs.includes(catalog.name))
  const engines = [...proofsOn(table?.parameters, asked)].flatMap(engineStatus)
  return {
    state: table === undefined ? 'noTable' : mark === undefined ? 'scanning' : 'synced',
    ...(mark === undefined ? {} : { mark: new Date(mark).toISOString() }),
    ...(full === undefined ? {} : { full: new Date(full).toISOString() }),
    pending: pending === 'overflow' ? 'too many to be named' : pending,
    ...waitsOf(id, pending, waits),
    ...(cursor ? { cursor: cursor.after.join('/') } : {}),
    descriptorsPending: descriptors !== undefined,
    ...(withdrawal === undefined ? {} : { statisticsPending: true as const }),
    ...(table && catalog.capabilities.visibility === 'directory' ? { leftOut: memoryOf(table).of } : {}),
    ...(engines.length === 0 ? {} : { engines }),
  }
}

interface Taken {
  readonly topic: Topic
  readonly name: TableName
  readonly catalog: Catalog
  readonly table: Table | undefined
}

/** As a run decides, by what costs no look at a folder. */
async function refusalOf(
  { lake, lakes, listing }: Among,
  { topic, name, catalog, table }: Taken,
  call: Pick<RunOptions, 'signal' | 'dryRun'>,
): Promise<Diagnostic | undefined> {
  if (table === undefined) return alsoOfSisters({ lake, topic, name }, catalog, lakes, listing)
  const adoption = await adoptAt({ lake, topic, sisters: lakes }, catalog, table, call)
  return adoption.kind === 'refused' ? adoption.finding : undefined
}

/** The table, if there is one, is not this topic's. */
function refused(about: About, { code, message, fix }: Diagnostic): Seen {
  const refusal = { code, message, ...(fix === undefined ? {} : { fix }) }
  const status = { ...about, state: 'refused', refusal, pending: [], descriptorsPending: false } as const
  return { status, table: undefined, damaged: [] }
}

const damagedIn = (table: Table | undefined): readonly Diagnostic[] =>
  table ? damagedParameters(table).map(one => ({ ...one, table: tableId(table.name) })) : []

function engineStatus([engine, proofs]: readonly [string, Proofs]): EngineStatus[] {
  const { version, unproven, failures, unseen } = proofs
  if (unproven.length + failures.length === 0 && unseen === undefined) return []
  const failed = failures.map(({ kind, partition, column, said }) => ({
    partition,
    ...(column === undefined ? {} : { column }),
    said,
    holdsBack: kind !== undefined,
  }))
  const about = { engine, ...(version === undefined ? {} : { version }) }
  return [{ ...about, unproven, failed, unseen: unseen !== undefined }]
}
