/** hive-driver over our own SASL, which reads secrets when they are needed and protects messages where the server wants that. */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Mechanism } from '../credentials/sasl/mechanism.ts'
import { secured } from '../credentials/sasl/secured.ts'
import type { Auth } from './driver.ts'

/**
 * @param mechanism of the connection that is made
 * @param buffered thrift's transport of messages without frames: those are ours
 * @param watch is given the socket once it is there
 */
export const saslAuthentication = (
  mechanism: () => Promise<Mechanism>,
  buffered: unknown,
  watch: (socket: Socket) => void,
): Auth => ({
  async authenticate(transport) {
    const handshake = await mechanism()
    transport.connect()
    const socket: Socket = transport.getTransport()
    watch(socket)
    const stream = asSocket(await secured(socket, handshake))
    const secure = {
      getTransport: () => stream,
      getOptions: () => ({ transport: buffered }),
      // By which thrift learns that it may write; of TLS by another name.
      emit: () => [stream.emit('connect'), stream.emit('secureConnect')],
    }
    return secure as unknown as typeof transport
  },
})

/** With what thrift does to sockets, and the one below has had already. */
const asSocket = (stream: Duplex) =>
  Object.assign(stream, { setTimeout: () => stream, setNoDelay: () => stream })
