/**
 * The lock under which Iceberg's own library (MetastoreLock) and Trino change a table in a Hive metastore: exclusive, on the table
 * itself. Held while the pointer is read again and swapped, no longer.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { GoldsyncError } from '../../../base/errors.ts'
import { type TableName, tableId } from '../../../schema/table.ts'
import type { Call } from '../../catalog.ts'
import type { MetastoreClient } from '../../hms/connection/client.ts'
import { aborted } from '../../hms/connection/errors.ts'
import { type HmsOptions, userOf } from '../../hms/options.ts'

// LockType.EXCLUSIVE, LockLevel.TABLE, LockState.ACQUIRED and WAITING (hive_metastore.thrift).
const EXCLUSIVE = 3
const TABLE = 2
const ACQUIRED = 1
const WAITING = 2

/** The metastore takes a lock away after `hive.txn.timeout` (300 s) without one, ms. */
const HEARTBEAT = 10_000
/** Between two looks at a lock that is awaited, ms: the first, and the longest. */
const [SHORTEST, LONGEST] = [50, 2_000]

type LockId = number | bigint

export interface Locking {
  /** A connection of its own: a lock is kept alive while others wait for a long answer. */
  readonly locks: MetastoreClient
  readonly options: HmsOptions
}

/**
 * @param work is given what throws `CONFLICT` where the lock was taken away meanwhile, as from a process that was stopped for long
 * @throws GoldsyncError `TIMEOUT` where the lock is not given within the catalog's `timeout`; nothing was done then
 */
export async function withTableLock<T>(
  locking: Locking,
  table: TableName,
  work: (held: () => Promise<void>) => Promise<T>,
  call: Call,
): Promise<T> {
  const agent = `goldsync-${randomUUID()}`
  const lockid = await acquire(locking, table, agent, call)
  const beat = setInterval(() => {
    heartbeat(locking, lockid).catch(() => undefined)
  }, HEARTBEAT)
  try {
    return await work(() => expectHeld(locking, table, lockid))
  } finally {
    clearInterval(beat)
    await release(locking, lockid)
  }
}

async function heartbeat({ locks }: Locking, lockid: LockId): Promise<void> {
  await locks.call('heartbeat', { ids: { lockid } })
}

async function expectHeld(locking: Locking, table: TableName, lockid: LockId): Promise<void> {
  try {
    await heartbeat(locking, lockid)
  } catch (error) {
    if (!(error instanceof GoldsyncError) || error.code !== 'CONFLICT') throw error
    throw new GoldsyncError('CONFLICT', `the metastore has taken the lock of ${tableId(table)} away`, {
      cause: error,
    })
  }
}

const placeOf = ({ database, name }: TableName) => ({ dbname: database, tablename: name })

async function acquire(locking: Locking, table: TableName, agent: string, call: Call): Promise<LockId> {
  const component = [{ type: EXCLUSIVE, level: TABLE, ...placeOf(table) }]
  const rqst = { component, user: userOf(locking.options), hostname: hostname(), agentInfo: agent }
  let lockid: LockId | undefined
  try {
    const given = await locking.locks.call('lock', { rqst }, call)
    lockid = given.lockid ?? 0
    if (given.state !== ACQUIRED) await waitFor(locking, table, { agent, lockid }, call)
    return lockid
  } catch (error) {
    await releaseAll(locking, table, agent, undefined)
    if (lockid !== undefined) await release(locking, lockid)
    throw error
  }
}

async function waitFor(
  locking: Locking,
  table: TableName,
  { agent, lockid }: { readonly agent: string; readonly lockid: LockId },
  call: Call,
): Promise<void> {
  // One whose answer was lost would hold up its own second try.
  await releaseAll(locking, table, agent, lockid)
  const started = performance.now()
  for (let pause = SHORTEST; performance.now() - started < locking.options.timeout; ) {
    const { state } = await locking.locks.call('check_lock', { rqst: { lockid } }, call)
    if (state === ACQUIRED) return
    if (state !== WAITING) break
    await sleep(pause * (0.5 + Math.random() / 2))
    pause = Math.min(2 * pause, LONGEST)
    if (call.signal?.aborted) throw aborted(`lock of ${tableId(table)}`)
  }
  throw new GoldsyncError('TIMEOUT', `the metastore does not give the lock of ${tableId(table)}`, {
    hint: 'another writer commits to the table, or died while it held the lock: the metastore takes it away after hive.txn.timeout (SHOW LOCKS shows it)',
  })
}

/** Those of this try but the one to keep. */
async function releaseAll(
  locking: Locking,
  table: TableName,
  agent: string,
  keep: LockId | undefined,
): Promise<void> {
  try {
    const { locks = [] } = await locking.locks.call('show_locks', { rqst: placeOf(table) })
    const lost = locks.filter(lock => lock.agentInfo === agent && lock.lockid !== keep)
    for (const { lockid = 0 } of lost) await release(locking, lockid)
  } catch {
    // The metastore takes it away by itself.
  }
}

async function release({ locks }: Locking, lockid: LockId): Promise<void> {
  await locks.call('unlock', { rqst: { lockid } }).catch(() => undefined)
}
