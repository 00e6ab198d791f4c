/**
 * Iceberg tables in a Hive metastore, as Iceberg's library, Spark and Trino keep them: the table's entry points to a metadata file,
 * and a commit writes the next one and swaps the pointer under the table's lock.
 */
import { GoldsyncError } from '../../../base/errors.ts'
import { applyStaged } from '../../../iceberg/apply.ts'
import type { TableMetadata } from '../../../iceberg/metadata.ts'
import { obsoleteFiles } from '../../../iceberg/metadata-log.ts'
import { type TableName, tableId } from '../../../schema/table.ts'
import type { Call } from '../../catalog.ts'
import { metastoreClient } from '../../hms/connection/client.ts'
import { databaseMissing, isStale } from '../../hms/connection/errors.ts'
import { type HmsOptions, userOf } from '../../hms/options.ts'
import type { MetadataRoot } from '../metadata-root.ts'
import { type Loaded, OutcomeUnknown, type TableStore } from '../table-store.ts'
import {
  catalogField,
  createDatabase,
  databaseIn,
  findEntry,
  type Hms,
  hasDatabase,
  replaceEntry,
} from './hive-client.ts'
import { withTableLock } from './hive-lock.ts'
import { entryOf, isIceberg, LOCATION, newEntry, type Pointer, type StoredTable } from './hive-table.ts'
import { type MetadataFiles, openMetadataFiles } from './metadata-files.ts'

/** As many tables are worked on at once. */
const CONNECTIONS = 4

interface Store extends Hms {
  readonly locks: ReturnType<typeof metastoreClient>
  readonly files: MetadataFiles
}

/** Opens the store; it connects on first use. @param root where the tables' metadata are @param name of the catalog in the config */
export function openHiveStore(options: HmsOptions, root: MetadataRoot, name: string): TableStore {
  const hms = metastoreClient(options, CONNECTIONS, name)
  const locks = metastoreClient(options, 1, name)
  const store: Store = { hms, locks, options, files: openMetadataFiles(root) }
  return {
    load: (table, call = {}) => load(store, table, call),
    commit: (table, base, staged, call = {}) => {
      const now = { now: Date.now(), ...(base ? { metadataLocation: base.metadataLocation } : {}) }
      return swap(store, table, base, applyStaged(base?.metadata, staged, now), call)
    },
    tables: async (database, call = {}) =>
      (await hasDatabase(store, database, call))
        ? hms.call('get_tables', { db_name: databaseIn(store, database), pattern: '*' }, call)
        : [],
    hasDatabase: (database, call = {}) => hasDatabase(store, database, call),
    createDatabase: (database, call = {}) => createDatabase(store, database, call),
    databases: (call = {}) => hms.call('get_databases', { pattern: databaseIn(store, '*') }, call),
    rename: (table, to, call = {}) => rename(store, table, to, call),
    async close() {
      hms.close()
      locks.close()
    },
  }
}

/** Reads of a table whose metadata file others may remove as soon as there is a newer one. */
const READS = 3

async function load(store: Store, table: TableName, call: Call): Promise<Loaded | 'foreign' | undefined> {
  for (let read = 1, before = ''; ; read += 1) {
    const stored = await findEntry(store, table, call)
    if (stored === undefined) return undefined
    if (!isIceberg(stored)) return 'foreign'
    const metadataLocation = pointerOf(stored) ?? noPointer(table)
    try {
      return { metadataLocation, metadata: await store.files.read(metadataLocation, call) }
    } catch (error) {
      if (read === READS || metadataLocation === before || !isGone(error)) throw error
      before = metadataLocation
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof GoldsyncError && (error.code === 'DATA_INVALID' || error.code === 'NOT_FOUND')

function noPointer(table: TableName): never {
  throw new GoldsyncError(
    'DATA_INVALID',
    `Iceberg table ${tableId(table)} has no ${LOCATION} in the metastore`,
    {
      hint: 'whoever made it has not finished, or somebody took the parameter away: drop it, or register it again',
    },
  )
}

const pointerOf = (stored: StoredTable | undefined): string | undefined => stored?.parameters?.[LOCATION]

async function swap(
  store: Store,
  table: TableName,
  base: Loaded | undefined,
  metadata: TableMetadata,
  call: Call,
): Promise<Loaded> {
  const location = await store.files.write(metadata, base?.metadataLocation, call)
  const point = (held?: () => Promise<void>) =>
    swapPointer(store, table, base, { metadata, location }, call, held)
  try {
    // Of metadata that say so: the metastore itself compares (HIVE-26882).
    if (base?.metadata.properties?.['engine.hive.lock-enabled'] === 'false') await point()
    else await withTableLock(store, table, point, call)
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) await store.files.forget(location)
    throw error
  }
  await removeObsolete(store, base, metadata)
  return { metadata, metadataLocation: location }
}

async function swapPointer(
  store: Store,
  table: TableName,
  base: Loaded | undefined,
  next: Pointer,
  call: Call,
  held: () => Promise<void> = async () => {},
): Promise<void> {
  const stored = await findEntry(store, table, call)
  expectBase(table, stored, base)
  await held()
  try {
    // From here on no signal ends it: who stops waiting does not know what came of it.
    if (stored && base) {
      const previous = { location: base.metadataLocation, properties: base.metadata.properties ?? {} }
      const wanted = entryOf(stored, { ...next, previous })
      await replaceEntry(store, stored, wanted, [LOCATION, base.metadataLocation])
    } else await create(store, table, next)
  } catch (error) {
    await settle(store, table, next.location, error)
  }
}

/** @throws GoldsyncError `CONFLICT` where the table is not what the commit was made from */
function expectBase(table: TableName, stored: StoredTable | undefined, base: Loaded | undefined): void {
  if (stored && !isIceberg(stored))
    throw new GoldsyncError('CONFLICT', `${tableId(table)} is a table of another kind`, { retryable: false })
  if (pointerOf(stored) !== base?.metadataLocation || (stored !== undefined) !== (base !== undefined))
    throw changed(table)
}

const changed = (table: TableName, cause?: unknown): GoldsyncError =>
  new GoldsyncError('CONFLICT', `somebody else has committed to ${tableId(table)} meanwhile`, { cause })

async function create(store: Store, table: TableName, next: Pointer): Promise<void> {
  const tbl = { ...newEntry(table, userOf(store.options), next), ...catalogField(store) }
  try {
    await store.hms.call('create_table_with_environment_context', { tbl })
  } catch (error) {
    if (!databaseMissing(error, table.database)) throw error
    throw new GoldsyncError('NOT_FOUND', `database ${table.database} does not exist`, { cause: error })
  }
}

/** The change was refused, or its answer lost: the table's entry tells which. @throws GoldsyncError unless it was made */
async function settle(store: Store, table: TableName, location: string, error: unknown): Promise<void> {
  const unknown = () => {
    const { code, message, hint } = error as GoldsyncError
    const of = code === 'TIMEOUT' ? code : 'UNAVAILABLE'
    return new OutcomeUnknown(
      of,
      `${message}: it is not known whether the commit to ${tableId(table)} was taken`,
      {
        cause: error,
        ...(hint === undefined ? {} : { hint }),
      },
    )
  }
  if (!(error instanceof GoldsyncError)) throw error
  const stored = await findEntry(store, table, {}).catch(() => {
    throw unknown()
  })
  if (pointerOf(stored) === location) return
  // A server that did not answer may still be at it.
  if (isLost(error)) throw unknown()
  // What the server refuses each time is nobody else's commit.
  throw isStale(error) || (error.code === 'CONFLICT' && error.retryable) ? changed(table, error) : error
}

/** No exception of the server's is behind it. */
const isLost = ({ code, cause }: GoldsyncError): boolean =>
  (code === 'UNAVAILABLE' || code === 'TIMEOUT' || code === 'ABORTED' || code === 'DATA_INVALID') &&
  (cause as { readonly fault?: unknown } | undefined)?.fault === undefined

/** By the table's own properties (write.metadata.delete-after-commit.enabled). */
async function removeObsolete(store: Store, base: Loaded | undefined, after: TableMetadata): Promise<void> {
  for (const file of base ? obsoleteFiles(base.metadata, after) : []) await store.files.forget(file)
}

/** @throws GoldsyncError `NOT_FOUND`, `CONFLICT` where the other name is taken */
async function rename(store: Store, table: TableName, to: TableName, call: Call): Promise<void> {
  const [stored, other] = [await findEntry(store, table, call), await findEntry(store, to, call)]
  if (stored === undefined && other) return
  if (stored === undefined) throw new GoldsyncError('NOT_FOUND', `table ${tableId(table)} does not exist`)
  if (other) throw new GoldsyncError('CONFLICT', `${tableId(to)} exists already`)
  if (!isIceberg(stored)) throw new GoldsyncError('CONFLICT', `${tableId(table)} is no Iceberg table`)
  const wanted = { ...stored, dbName: to.database, tableName: to.name }
  const point = pointerOf(stored)
  await withTableLock(
    store,
    table,
    () => replaceEntry(store, stored, wanted, point === undefined ? undefined : [LOCATION, point]),
    call,
  )
}
