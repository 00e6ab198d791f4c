/** From a message's JSON to the files that it names, whoever sent it; the source is told by the shape. */
import { RequestProblem } from '../base/problem.ts'
import { openStructured } from './cloud-events.ts'
import type { Format, Json, Notice, ParsedEvent } from './event.ts'
import { eventBridge } from './formats/event-bridge.ts'
import { inotify } from './formats/inotify.ts'
import { plain } from './formats/plain.ts'
import { s3 } from './formats/s3.ts'
import { parseEncoded } from './text.ts'

/** In this order: NiFi's CLOSE has a `path` too. */
const FORMATS: readonly Format[] = [s3, eventBridge, inotify, plain]

/** Files of one request; a sink that closes more at once is a backfill, which a scan does better. */
export const MAX_FILES = 10_000
/** Envelopes: a list of Kafka messages of CloudEvents of a notification is the deepest that makes sense. */
const MAX_DEPTH = 4

const KNOWN =
  'a CloudEvent, {"path": …}, {"files": […]}, an S3 notification, an HDFS inotify event, Kafka messages'

/**
 * Entries of a list stand for themselves: one that cannot be read is refused and the rest is taken.
 * @param value parsed JSON of any kind
 * @throws RequestProblem 422 where it is of no known shape, 413 where it names too many files
 */
export function parseEvent(value: unknown): ParsedEvent {
  const notices = noticesOf(value, 0)
  if (notices.length === 0) throw unknownShape()
  if (notices.length > MAX_FILES)
    throw new RequestProblem(413, `${notices.length} files in one request; the limit is ${MAX_FILES}`)
  const waits = notices.some(notice => notice.kind === 'closed' && notice.wait)
  return {
    ...(waits ? { wait: true } : {}),
    files: notices.flatMap(notice => (notice.kind === 'closed' ? [notice.file] : [])),
    ignored: notices.flatMap(notice => (notice.kind === 'ignored' ? [withoutKind(notice)] : [])),
    refused: notices.flatMap(notice => (notice.kind === 'refused' ? [withoutKind(notice)] : [])),
  }
}

const withoutKind = <N extends { readonly kind: string }>({ kind: _, ...rest }: N): Omit<N, 'kind'> => rest

function noticesOf(value: unknown, depth: number): readonly Notice[] {
  if (depth > MAX_DEPTH) throw new RequestProblem(422, `more than ${MAX_DEPTH} envelopes in each other`)
  if (Array.isArray(value))
    return value.flatMap((entry, at) => separately(`[${at}]`, () => noticesOf(entry, depth + 1)))
  if (typeof value !== 'object' || value === null) throw unknownShape()
  const object = value as Json
  if (Array.isArray(object.messages)) return readFeed(object.messages, depth)
  if (typeof object.specversion === 'string') return noticesOf(openStructured(object).data, depth + 1)
  for (const format of FORMATS) {
    const notices = format(object)
    if (notices) return notices
  }
  throw unknownShape()
}

const unknownShape = () => new RequestProblem(422, `the message names no file; expected ${KNOWN}`)

/** OpenWhisk's kafkaFeed: the value is text or, with isBinaryValue, base64; with isJSONData it is parsed already. */
const readFeed = (messages: readonly unknown[], depth: number): readonly Notice[] =>
  messages.flatMap((message, at) =>
    separately(`messages[${at}]`, () => {
      const value = (message as Json | null)?.value
      return noticesOf(typeof value === 'string' ? parseEncoded(value) : value, depth + 1)
    }),
  )

function separately(place: string, read: () => readonly Notice[]): readonly Notice[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof RequestProblem) return [{ kind: 'refused', location: place, reason: error.message }]
    throw error
  }
}
