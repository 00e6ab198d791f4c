/** One method called on one connection. */
import { awaiting } from '../../../base/waits.ts'
import type { Refusing } from '../../refusing.ts'
import { decodeReply, encodeCall } from '../protocol/message.ts'
import type { MethodName } from '../protocol/methods.ts'
import type { Answer, Arguments } from '../protocol/views.ts'
import type { Connection } from './connection.ts'
import { faultError, type Peer, socketError } from './errors.ts'

export interface ClientCall {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; by default the catalog's `timeout`. */
  readonly timeout?: number
  readonly onRetry?: ((times: number) => void) | undefined
  /** Where one partition that is refused does not end the step. */
  readonly refusing?: Refusing | undefined
}

/** A connection, and the server's `host:port` for messages. */
export interface Line {
  readonly server: string
  readonly connection: Connection
}

/** Numbers the calls of the process: a reply must carry the number of its call. */
let sequence = 0

/** @throws GoldsyncError as errors.ts tells; `TIMEOUT` `ABORTED` */
export async function invoke<M extends MethodName>(
  { connection, server }: Line,
  method: M,
  args: Arguments<M>,
  { signal, timeout }: ClientCall & { readonly timeout: number },
): Promise<Answer<M>> {
  sequence = (sequence + 1) % 0x7fff_ffff
  const number = sequence
  const message = encodeCall(method, args, number)
  const bytes = await awaiting(server, method, () =>
    connection.exchange(message, { method, timeout, signal }),
  )
  const reply = decoded(connection, { server, method }, () => decodeReply(method, bytes, number))
  if (reply.kind === 'fault') throw faultError(reply.fault, method, server)
  return reply.value
}

/** A connection whose replies make no sense is given up. */
function decoded<T>(connection: Connection, peer: Peer, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    connection.close()
    throw socketError(error, peer)
  }
}
