/** A metastore that answers what a test wants: for what a real one cannot be made to do. */
import type { Socket } from 'node:net'
import type { MethodName } from '../../shared/catalogs/hms/protocol/methods.ts'
import { openCursor, readI32, readString, readStruct } from '../../shared/catalogs/hms/protocol/reader.ts'
import { openReceiver } from '../../shared/catalogs/hms/protocol/scanner.ts'
import { argumentsOf, type FieldIndex, indexOf, resultOf } from '../../shared/catalogs/hms/protocol/types.ts'
import {
  openSink,
  writeI32,
  writeString,
  writeStruct,
  written,
} from '../../shared/catalogs/hms/protocol/writer.ts'
import { type FakeServer, serve } from './net.ts'
import { type SaslServer, serveSasl } from './sasl-server.ts'

export interface FakeCall {
  readonly method: MethodName
  readonly args: Readonly<Record<string, unknown>>
  /** What the reply must carry. */
  readonly sequence: number
  readonly socket: Socket
}

export interface FakeMetastore extends FakeServer {
  /** The methods called, without the login's. */
  readonly calls: string[]
  /** The login's, of each connection. */
  readonly greetings: string[]
}

/** The result struct (`{ success: … }` or `{ MetaException: { message } }`), raw bytes, or undefined for no answer. */
type Respond = (call: FakeCall) => object | Buffer | undefined

const LIMIT = 64 * 1024 * 1024

/**
 * Answers the login as a server of this version, everything else as `respond` says.
 * @param sasl lets in, by the mechanism's name; absent, everybody comes in
 */
export async function fakeMetastore(
  respond: Respond,
  version = '4.0.1',
  sasl?: (mechanism: string) => SaslServer | undefined,
): Promise<FakeMetastore> {
  const calls: string[] = []
  const greetings: string[] = []
  const login: Readonly<Record<string, object>> = {
    set_ugi: { success: [] },
    getVersion: { success: version },
  }
  const answer = (
    socket: Socket,
    bytes: Buffer,
    write: (reply: Buffer) => unknown = reply => socket.write(reply),
  ) => {
    const { method, sequence, args } = readCall(bytes)
    ;(method in login ? greetings : calls).push(method)
    const result = login[method] ?? respond({ method, args, sequence, socket })
    if (result) write(Buffer.isBuffer(result) ? result : reply(method, sequence, result))
  }
  const server = await serve(socket => {
    if (sasl) return serveSasl(socket, sasl, (message, send) => answer(socket, message, send))
    let receiver = openReceiver(LIMIT)
    socket.on('data', chunk => {
      try {
        const message = receiver.push(chunk)
        if (message === undefined) return
        receiver = openReceiver(LIMIT)
        answer(socket, message)
      } catch {
        socket.destroy()
      }
    })
  })
  return { ...server, calls, greetings }
}

export function readCall(bytes: Buffer) {
  const cursor = openCursor(bytes, 4)
  const method = readString(cursor) as MethodName
  const sequence = readI32(cursor)
  return { method, sequence, args: readStruct(cursor, argumentsOf(method)) }
}

/** Whether it is asked by this call, which every Hive refuses, whether the server follows conditions. */
export const isProbe = ({ method, args }: FakeCall): boolean =>
  method === 'alter_table_with_environment_context' &&
  (args.environment_context as { properties: Record<string, string> }).properties.expected_parameter_value ===
    'stale'

/** What Hive 4 and 2.3.10 say to it, and what Hive 3 does. */
export const FOLLOWS = { MetaException: { message: 'The table has been modified. The value is 7' } }
export const IGNORES = { InvalidOperationException: { message: 'partition keys can not be changed.' } }

/** The bytes of a reply. @param type 2 for a result, 3 for an application exception */
function message(type: number, method: string, sequence: number, fields: FieldIndex, result: object): Buffer {
  const sink = openSink()
  writeI32(sink, 0x8001_0000 + type)
  writeString(sink, method)
  writeI32(sink, sequence)
  writeStruct(sink, fields, result)
  return written(sink)
}

/** The bytes of a reply with this result struct. */
export const reply = (method: MethodName, sequence: number, result: object): Buffer =>
  message(2, method, sequence, resultOf(method), result)

const APPLICATION_EXCEPTION = indexOf({ message: [1, 'string'], type: [2, 'i32'] })

/** The bytes of an exception of the server's Thrift layer: type 1 is an unknown method. */
export const applicationException = (
  method: MethodName,
  sequence: number,
  text: string,
  type: number,
): Buffer => message(3, method, sequence, APPLICATION_EXCEPTION, { message: text, type })
