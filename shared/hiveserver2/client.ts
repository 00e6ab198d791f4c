/** Statements over connections that are opened on first use, and again after they were lost; each runs one at a time. */
import { GoldsyncError } from '../base/errors.ts'
import { openPool } from '../base/pool.ts'
import { awaiting, headOf } from '../base/waits.ts'
import { hiveError, sessionExpired } from './errors.ts'
import { type Link, openLink, SILENT, serverOf } from './link.ts'
import type { HiveConnection } from './options.ts'
import { briefly, unless, within } from './stop.ts'

export interface Call {
  readonly signal?: AbortSignal
  /** Settings of the server for this statement alone. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A result row by column name; Hive's metadata statements answer text only. */
export type Row = Readonly<Record<string, string | null>>

export interface HiveClient {
  /** Of the server, which runs no statement for it. @throws GoldsyncError as `execute` does */
  version(call?: Call): Promise<string>
  /** Runs one statement to its end. @throws GoldsyncError as errors.ts tells, `TIMEOUT`, `ABORTED` */
  execute(statement: string, call?: Call): Promise<readonly Row[]>
  close(): Promise<void>
}

/** Rows in one fetch; the driver's own default of 100 makes long lists slow. */
const FETCH_ROWS = 10_000

/** How long to wait until the server has cancelled a statement, ms. */
const CANCEL = 2000

/**
 * Statements at once, each in a session of its own. Seen on Hive 4.0.1 with locks: two statements in one session share what Hive
 * keeps of its transaction, and fail now and then (Error in acquiring locks, Transaction manager has aborted the transaction).
 */
const SESSIONS = 4

/** A client that connects on first use. */
export function hiveClient(options: HiveConnection): HiveClient {
  const aborted = () => new GoldsyncError('ABORTED', `HiveServer2 ${serverOf(options)}: aborted`)
  const sessions = openPool(SESSIONS, () => hiveSession(options), aborted)
  return {
    version: (call = {}) => sessions.use(session => session.version(call), call.signal),
    execute: (statement, call = {}) => sessions.use(session => session.execute(statement, call), call.signal),
    async close() {
      await Promise.all(sessions.opened.map(session => session.close()))
    },
  }
}

/** What to do where a statement does not end in time. */
const SLOW = 'raise timeout; the statement was cancelled, and what it had done by then may stay'

/** Over one connection, for one statement at a time. */
function hiveSession(options: HiveConnection): HiveClient {
  const server = serverOf(options)
  const closing = new AbortController()
  let opening: Promise<Link> | undefined
  const forget = (link: Promise<Link>) => {
    if (opening === link) opening = undefined
  }
  const current = (): Promise<Link> => {
    if (opening) return opening
    const link = openLink(options, closing.signal)
    opening = link
    link.then(
      opened => opened.lost.addEventListener('abort', () => forget(link), { once: true }),
      () => forget(link),
    )
    return link
  }
  const onLink = async <T>(
    { signal }: Call,
    what: string,
    work: (link: Link, stop: AbortSignal) => Promise<T>,
  ) => {
    const link = await within({ timeout: options.connectTimeout, signal, server, hint: SILENT }, stop =>
      unless(stop, current()),
    )
    const limits = { timeout: options.timeout, signal, lost: link.lost, server, hint: SLOW }
    const limited = () => within(limits, stop => work(link, stop).catch(error => fail(error, server)))
    return awaiting(server, headOf(what), limited)
  }
  const again = async <T>(once: () => Promise<T>) => {
    try {
      return await once()
    } catch (error) {
      if (!sessionExpired(error)) throw error
      opening = undefined
      return once()
    }
  }
  return {
    version: (call = {}) =>
      again(() => onLink(call, 'its version', (link, stop) => unless(stop, link.version()))),
    execute: (statement, call = {}) =>
      again(() => onLink(call, headOf(statement), (link, stop) => run(link, statement, stop, call.settings))),
    async close() {
      const link = opening
      // A connection that is open already says farewell; one that is being opened is given up.
      closing.abort()
      await link?.then(opened => opened.close()).catch(() => undefined)
    },
  }
}

function fail(error: unknown, server: string): never {
  throw hiveError(error, server, true)
}

async function run(
  link: Link,
  statement: string,
  stop: AbortSignal,
  settings: Call['settings'],
): Promise<readonly Row[]> {
  const started = link.session.executeStatement(statement, {
    runAsync: true,
    // What hive-driver calls a map, thrift writes as an object.
    ...(settings ? { confOverlay: settings as unknown as Map<string, string> } : {}),
  })
  const operation = await unless(stop, started).catch(error => abandon(link, stop, error))
  try {
    operation.setMaxRows(FETCH_ROWS)
    await unless(stop, link.utils.waitUntilReady(operation))
    await unless(stop, link.utils.fetchAll(operation))
    return link.utils.getResult(operation).getValue() ?? []
  } catch (error) {
    if (stop.aborted && !(await briefly(operation.cancel(), CANCEL))) abandon(link, stop, error)
    throw error
  } finally {
    await briefly(operation.close(), CANCEL)
  }
}

/** A connection that does not answer is thrown away: the server then ends what it was doing for it. */
function abandon(link: Link, stop: AbortSignal, error: unknown): never {
  if (stop.aborted) link.destroy(lostBy(stop.reason))
  throw error
}

const lostBy = (reason: unknown): GoldsyncError =>
  new GoldsyncError(
    'UNAVAILABLE',
    'the connection was given up after another statement on it did not answer',
    { cause: reason },
  )
