/** Calls to the metastore that answers. */
import { GoldsyncError } from '../../../base/errors.ts'
import type { HmsOptions } from '../options.ts'
import type { MethodName } from '../protocol/methods.ts'
import type { Answer, Arguments } from '../protocol/views.ts'
import { type ClientCall, invoke } from './invoke.ts'
import { openSessions, serversOf } from './sessions.ts'

export interface MetastoreClient {
  /** @throws GoldsyncError as errors.ts tells; `TIMEOUT` `ABORTED` */
  call<M extends MethodName>(method: M, args: Arguments<M>, call?: ClientCall): Promise<Answer<M>>
  /** How often one has been opened. */
  connections(): number
  close(): void
}

/**
 * A client that connects on first use.
 * @param connections calls under way at once, at most: one that takes long must not hold up those for other tables
 * @param name of the catalog: of several tokens, the one of this name is its own
 */
export function metastoreClient(options: HmsOptions, connections = 1, name?: string): MetastoreClient {
  const servers = serversOf(options, name)
  const all = Array.from({ length: connections }, () => openSessions(options, servers))
  const onFree = openPool(all)
  return {
    call: (method, args, call = {}) =>
      onFree(async sessions => {
        const limits = { timeout: options.timeout, ...call }
        const reused = sessions.isOpen()
        const session = await sessions.current(call.signal)
        try {
          return await invoke(session, method, args, limits)
        } catch (error) {
          // A connection that was idle may have been closed long ago; every call here may be made twice.
          if (!reused || !session.connection.lost || !isUnavailable(error)) throw error
          call.onRetry?.(1)
          return invoke(await sessions.current(call.signal), method, args, limits)
        }
      }),
    connections: () => servers.opened,
    close: () => {
      for (const sessions of all) sessions.close()
    },
  }
}

/** Runs work with whichever is free, or else in line; the one that was used last comes first, so that few connect. */
function openPool<S>(all: readonly S[]): <T>(work: (one: S) => Promise<T>) => Promise<T> {
  const free = [...all]
  const waiting: ((one: S) => void)[] = []
  return async work => {
    const one = free.shift() ?? (await new Promise<S>(resolve => waiting.push(resolve)))
    try {
      return await work(one)
    } finally {
      const next = waiting.shift()
      if (next) next(one)
      else free.unshift(one)
    }
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof GoldsyncError && error.code === 'UNAVAILABLE'
