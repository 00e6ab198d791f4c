/**
 * Hive 3 has no conditional write, so a lock of the metastore keeps goldsync's runs apart while one reads and writes a
 * table. It has a name of our own in the table's database, so that a proxy knows where it belongs and no query waits for it;
 * and a holder that died blocks nobody for long: a waiter releases a lock whose heartbeat it has not seen moving, by its own
 * clock.
 */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { GoldsyncError } from '../../../base/errors.ts'
import { type TableName, tableId } from '../../../schema/table.ts'
import { aborted } from '../../hms/connection/errors.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import { userOf } from '../../hms/options.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import type { Warehouse } from './warehouse.ts'

/** No table's name has a dot. */
const PREFIX = 'goldsync-lock.'
/** Characters that Hive 3 keeps of a lock's table; two that are cut to one name only wait for each other. */
const NAME_LENGTH = 128

// LockType.SHARED_WRITE, LockLevel.TABLE, LockState.ACQUIRED (hive_metastore.thrift). An exclusive lock would wait for queries
// that make other tables in the database: they hold a shared lock on all of it.
const SHARED_WRITE = 2
const TABLE = 2
const ACQUIRED = 1

/** A holder's heartbeat, ms. */
const HEARTBEAT = 2000
/** A lock whose heartbeat stands still for so long belongs to nobody, ms. */
const ABANDONED = 10_000
/** Between two looks at a lock that is awaited, ms. */
const POLL = 100

type LockId = number | bigint
type Locking = Pick<Warehouse, 'locks' | 'options'>

/** Runs the work while nobody else does so for this table. @throws GoldsyncError `TIMEOUT` where the lock is not given within the catalog's `timeout` */
export async function withTableLock<T>(
  warehouse: Locking,
  table: TableName,
  work: () => Promise<T>,
  call: ClientCall,
): Promise<T> {
  const lockid = await acquire(warehouse, table, call)
  const beat = setInterval(() => {
    warehouse.locks.call('heartbeat', { ids: { lockid } }).catch(() => undefined)
  }, HEARTBEAT)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await release(warehouse, lockid)
  }
}

const nameOf = ({ database, name }: TableName) => ({
  dbname: database,
  tablename: `${PREFIX}${name}`.slice(0, NAME_LENGTH),
})

async function acquire(warehouse: Locking, table: TableName, call: ClientCall): Promise<LockId> {
  const component = [{ type: SHARED_WRITE, level: TABLE, ...nameOf(table) }]
  const rqst = { component, user: userOf(warehouse.options), hostname: hostname(), agentInfo: 'goldsync' }
  const { lockid = 0, state } = await warehouse.locks.call('lock', { rqst }, call)
  await waitFor(warehouse, table, { lockid, state }, call).catch(error => giveUp(warehouse, lockid, error))
  return lockid
}

async function giveUp(warehouse: Locking, lockid: LockId, error: unknown): Promise<never> {
  await release(warehouse, lockid)
  throw error
}

/** A lock that cannot be released is abandoned: others take it. */
async function release(warehouse: Locking, lockid: LockId): Promise<void> {
  await warehouse.locks.call('unlock', { rqst: { lockid } }).catch(() => undefined)
}

/**
 * Until the lock is given, and all that were asked for before it are gone: Hive 4, on which a proxy may keep the locks of an
 * older metastore, gives several shared ones at once.
 */
async function waitFor(
  warehouse: Locking,
  table: TableName,
  { lockid, state: given }: { readonly lockid: LockId; readonly state: number | undefined },
  call: ClientCall,
): Promise<void> {
  const started = performance.now()
  const watch = watchHeartbeats()
  for (let state = given; performance.now() - started < warehouse.options.timeout; ) {
    const { locks = [] } = await warehouse.locks.call('show_locks', { rqst: nameOf(table) }, call)
    const earlier = locks.filter(lock => before(lock, lockid))
    if (state === ACQUIRED && earlier.length === 0) return
    for (const dead of watch(earlier)) await release(warehouse, dead)
    await sleep(POLL * (0.5 + Math.random()))
    if (call.signal?.aborted) throw aborted(`lock of ${tableId(table)}`)
    const looked = await warehouse.locks.call('check_lock', { rqst: { lockid } }, call)
    state = looked.state
  }
  throw new GoldsyncError(
    'TIMEOUT',
    `another run has held the lock of ${tableId(table)} for more than ${warehouse.options.timeout} ms`,
  )
}

const before = (lock: Struct<'ShowLocksResponseElement'>, lockid: LockId): boolean =>
  (lock.lockid ?? 0) < lockid

/** Tells which of the locks have shown no new heartbeat for long, over the calls made so far. */
function watchHeartbeats(): (locks: readonly Struct<'ShowLocksResponseElement'>[]) => LockId[] {
  const seen = new Map<LockId, { readonly heartbeat: unknown; readonly since: number }>()
  return locks =>
    locks.flatMap(({ lockid = 0, lastheartbeat }) => {
      const known = seen.get(lockid)
      if (known?.heartbeat === lastheartbeat && known !== undefined)
        return performance.now() - known.since > ABANDONED ? [lockid] : []
      seen.set(lockid, { heartbeat: lastheartbeat, since: performance.now() })
      return []
    })
}
