/** A batch of SQS messages in as few runs as possible, and which of them failed: those alone come back. */
import pMap from 'p-map'
import { type ErrorSummary, summarizeError } from '../../base/errors.ts'
import { RequestProblem } from '../../base/problem.ts'
import type { ParsedEvent } from '../../events/event.ts'
import { MAX_FILES, parseEvent } from '../../events/parse.ts'
import { parseEncoded } from '../../events/text.ts'
import { type Outcome, reportOf } from '../../function/outcome.ts'
import { outcomeOfEvent } from '../../outbound/event-outcome.ts'
import type { FileOutcome, FilesReport } from '../../run/report.ts'
import { type Call, callOf, type Message } from './request.ts'

/** Requests of a batch that are worked on at once. */
const CALLS_AT_ONCE = 4

/** What Lambda is told: it deletes all other messages (`ReportBatchItemFailures`). */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

/** @param invoke runs one function; never rejects */
export async function workOff(
  messages: readonly Message[],
  invoke: (call: Call) => Promise<Outcome>,
  log: { warn(record: object, message: string): void },
): Promise<BatchAnswer> {
  const failures = new Map<Message, ErrorSummary>()
  const { files, calls } = sorted(messages, failures)
  const parts = inParts(files)
  const runs = [
    ...parts.map(part => () => closeFiles(part, invoke)),
    ...[...calls.values()].map(same => () => callOnce(same, invoke)),
  ]
  for (const failed of await pMap(runs, run => run(), { concurrency: CALLS_AT_ONCE }))
    for (const [message, error] of failed) failures.set(message, error)
  for (const [{ messageId, receives }, { message, ...error }] of failures)
    log.warn({ messageId, receives, ...error }, `message ${messageId} goes back to its queue: ${message}`)
  const failed = messages.filter(message => failures.has(message))
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

interface Asked {
  readonly message: Message
  readonly call: Call
}

interface Closed {
  readonly message: Message
  /** What it says, as it came. */
  readonly said: unknown
  readonly event: ParsedEvent
}

interface Sorted {
  readonly files: readonly Closed[]
  /** Requests by what they ask for: equal ones are done once. */
  readonly calls: ReadonlyMap<string, readonly Asked[]>
}

/** @param failures gets the messages that cannot be read, which no repetition mends: their queue's redrive ends them */
function sorted(messages: readonly Message[], failures: Map<Message, ErrorSummary>): Sorted {
  const files: Closed[] = []
  const calls = new Map<string, Asked[]>()
  for (const message of messages) {
    try {
      const call = callOf(parseEncoded(message.body))
      if (call.function === 'file-closed') {
        files.push({ message, said: call.params, event: readClosed(call.params) })
        continue
      }
      if (call.function === 'plan' || call.function === 'status')
        throw new RequestProblem(422, `${call.function}: nobody would get what it tells; call it by itself`)
      const key = JSON.stringify([call.function, call.params])
      calls.set(key, [...(calls.get(key) ?? []), { message, call }])
    } catch (error) {
      failures.set(message, summarizeError(error))
    }
  }
  return { files, calls }
}

/** As in the list that the run gets, where it lies an envelope deeper. @throws RequestProblem */
function readClosed(said: unknown): ParsedEvent {
  parseEvent(said)
  return parseEvent([said])
}

/** As many entries in each as one request may have. */
function inParts(closed: readonly Closed[]): Closed[][] {
  const parts: Closed[][] = []
  let room = 0
  for (const one of closed) {
    const { files, ignored, refused } = one.event
    const length = files.length + ignored.length + refused.length
    if (length > room || parts.length === 0) {
      parts.push([])
      room = MAX_FILES
    }
    parts.at(-1)?.push(one)
    room -= length
  }
  return parts
}

type Failed = readonly (readonly [Message, ErrorSummary])[]

/** One run for the files of all these messages; its report tells the outcome of each, by its location, and of both spellings of one where both are there. */
async function closeFiles(
  closed: readonly Closed[],
  invoke: (call: Call) => Promise<Outcome>,
): Promise<Failed> {
  const some = closed.filter(({ event }) => event.files.length > 0)
  const none = closed.filter(({ event }) => event.files.length === 0)
  const alone = none.flatMap(({ message, event }) => failedAlone(message, event, []))
  if (some.length === 0) return alone
  const outcome = await invoke({ function: 'file-closed', params: some.map(({ said }) => said) })
  const report = reportOf(outcome) as FilesReport | undefined
  if (report === undefined)
    return 'error' in outcome
      ? [...alone, ...some.map(({ message }) => [message, outcome.error] as const)]
      : alone
  const failed = some.flatMap(({ message, event }) => {
    const named = new Set(event.files.flatMap(({ location, alternative }) => [location, alternative]))
    return failedAlone(
      message,
      event,
      report.files.filter(({ location }) => named.has(location)),
    )
  })
  return [...alone, ...failed]
}

/** A message by the outcomes of its own files. */
function failedAlone(message: Message, event: ParsedEvent, files: readonly FileOutcome[]): Failed {
  const outcome = outcomeOfEvent(event, { ...NOTHING, files })
  return 'error' in outcome ? [[message, outcome.error]] : []
}

/** Tables fail no message: what they failed on its files' outcomes tell. */
const NOTHING: Omit<FilesReport, 'files'> = {
  runId: '',
  startedAt: '',
  ms: 0,
  dryRun: false,
  partial: false,
  tables: [],
  diagnostics: [],
  failures: [],
}

async function callOnce(same: readonly Asked[], invoke: (call: Call) => Promise<Outcome>): Promise<Failed> {
  const [first] = same
  if (first === undefined) return []
  const outcome = await invoke({ id: first.message.messageId, ...first.call })
  return 'error' in outcome ? same.map(({ message }) => [message, outcome.error] as const) : []
}
