/** Calls and replies of the strict binary protocol (thrift/doc/specs/thrift-binary-protocol.md). */
import { malformed } from './malformed.ts'
import type { MethodName } from './methods.ts'
import { type Cursor, openCursor, readI32, readString, readStruct } from './reader.ts'
import { ANSWER, argumentsOf, indexOf, resultOf } from './types.ts'
import type { Answer, Arguments } from './views.ts'
import { openSink, writeI32, writeString, writeStruct, written } from './writer.ts'

/** The upper half of a message's first word: version 1. */
export const VERSION_1 = 0x8001

const CALL = 1
const REPLY = 2
const EXCEPTION = 3

/** An exception of the server: its type's name (`NoSuchObjectException`) and text. */
export interface Fault {
  readonly fault: string
  readonly message: string
}

export type Reply<M extends MethodName> =
  | { readonly kind: 'answer'; readonly value: Answer<M> }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** The bytes of a call. @param sequence comes back in the reply */
export function encodeCall<M extends MethodName>(method: M, args: Arguments<M>, sequence: number): Buffer {
  const sink = openSink()
  writeI32(sink, (VERSION_1 << 16) | CALL)
  writeString(sink, method)
  writeI32(sink, sequence)
  writeStruct(sink, argumentsOf(method), args)
  return written(sink)
}

/** @throws GoldsyncError `DATA_INVALID` where the bytes are no reply to this call */
export function decodeReply<M extends MethodName>(method: M, bytes: Buffer, sequence: number): Reply<M> {
  const cursor = openCursor(bytes)
  const word = readI32(cursor)
  const name = readString(cursor)
  const answered = readI32(cursor)
  if (word >>> 16 !== VERSION_1 || name !== method || answered !== sequence)
    malformed(`a reply to ${name} number ${answered} came for ${method} number ${sequence}`)
  switch (word & 0xff) {
    case REPLY:
      return readReply(method, cursor)
    case EXCEPTION:
      return { kind: 'fault', fault: readApplicationException(cursor) }
    default:
      return malformed(`message type ${word & 0xff} came for a reply`)
  }
}

function readReply<M extends MethodName>(method: M, cursor: Cursor): Reply<M> {
  const fields = resultOf(method)
  const result = readStruct(cursor, fields)
  const [thrown] = fields.all.filter(({ name }) => name !== ANSWER && name in result)
  if (thrown) {
    const { message } = result[thrown.name] as { message?: string }
    return { kind: 'fault', fault: { fault: thrown.name, message: message ?? '' } }
  }
  const expected = fields.byId.has(0)
  if (expected && !(ANSWER in result))
    malformed(`the reply to ${method} holds neither an answer nor an exception`)
  return { kind: 'answer', value: result[ANSWER] as Answer<M> }
}

/** The fault of a method that the server does not have. */
export const UNKNOWN_METHOD = 'UnknownMethod'

const APPLICATION_EXCEPTION = indexOf({ message: [1, 'string'], type: [2, 'i32'] })

function readApplicationException(cursor: Cursor): Fault {
  const { message = '', type } = readStruct(cursor, APPLICATION_EXCEPTION) as {
    message?: string
    type?: number
  }
  return { fault: type === 1 ? UNKNOWN_METHOD : 'TApplicationException', message }
}
