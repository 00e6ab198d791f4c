/** Calls to the metastore that answers. */
import { GoldsyncError } from '../../errors.ts'
import { type ClientCall, invoke } from './invoke.ts'
import type { MetastoreOptions } from './options.ts'
import type { MethodName } from './protocol/methods.ts'
import type { Answer, Arguments } from './protocol/views.ts'
import { openSessions } from './sessions.ts'

export interface MetastoreClient {
  /** @throws GoldsyncError as errors.ts tells; `TIMEOUT` `ABORTED` */
  call<M extends MethodName>(method: M, args: Arguments<M>, call?: ClientCall): Promise<Answer<M>>
  /** The first number of the server's version. */
  version(call?: ClientCall): Promise<number>
  close(): void
}

/** A client that connects on first use. */
export function metastoreClient(options: MetastoreOptions): MetastoreClient {
  const sessions = openSessions(options)
  return {
    async call(method, args, call = {}) {
      const limits = { timeout: options.timeout, ...call }
      const reused = sessions.isOpen()
      const session = await sessions.current(call.signal)
      try {
        return await invoke(session, method, args, limits)
      } catch (error) {
        // A connection that was idle may have been closed long ago; every call here may be made twice.
        if (!reused || !session.connection.lost || !isUnavailable(error)) throw error
        return invoke(await sessions.current(call.signal), method, args, limits)
      }
    },
    version: async (call = {}) => (await sessions.current(call.signal)).version,
    close: () => sessions.close(),
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof GoldsyncError && error.code === 'UNAVAILABLE'
