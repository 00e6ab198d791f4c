/**
 * What an event of AWS Lambda asks for, told by its shape: notifications of S3 (direct, by EventBridge, by SNS), schedules, requests of
 * our own, and messages of SQS that hold any of these. Bodies: AWS Lambda's and EventBridge's developer guides.
 */
import * as z from 'zod'
import { RequestProblem } from '../../base/problem.ts'
import { openStructured } from '../../events/cloud-events.ts'
import type { Json } from '../../events/event.ts'
import { shape } from '../../events/shape.ts'
import { parseEncoded } from '../../events/text.ts'
import { type FunctionCall, functionNames, functionOfEvent, isFunction } from '../registry.ts'

/** A call whose sender may have given it no id. */
export type Call = Pick<FunctionCall, 'function' | 'params'> & Partial<Pick<FunctionCall, 'id'>>

/** A message of SQS. */
export interface Message {
  readonly messageId: string
  readonly body: string
  /** How often it was received, this time included, where SQS says so. */
  readonly receives?: number
}

export type Request = Call | { readonly messages: readonly Message[] }

/** Whoever can reach a gateway, a load balancer or a function's address proves nothing to Lambda. */
const isOfHttp = (event: unknown): boolean =>
  isObject(event) && ('requestContext' in event || 'httpMethod' in event)

/** @throws RequestProblem what the event is, where it is of a source that nothing here reads, or malformed */
export function requestOf(event: unknown): Request {
  if (isOfHttp(event)) throw notRead('requests of HTTP (API Gateway, load balancers, function URLs)')
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : undefined
  const [first] = records ?? []
  const source = isObject(first) ? (first.eventSource ?? first.EventSource) : undefined
  if (records === undefined || source === undefined || source === 'aws:s3') return callOf(event)
  if (source === 'aws:sqs') return { messages: messagesOf(event as Json) }
  if (source === 'aws:sns') return callOf(shape(topicEvent, event as Json, 'an event of SNS').Records[0]?.Sns)
  throw notRead(`events of ${String(source).slice(0, 100)}`)
}

const notRead = (what: string) =>
  new RequestProblem(
    422,
    `${what} are not read; expected those of S3, SQS, SNS or EventBridge, or {"function": …}`,
  )

/** What one event or message asks for: of all that is no request and no schedule, whether it names files is file-closed's to say. */
export function callOf(value: unknown): Call {
  if (!isObject(value)) return { function: 'file-closed', params: value }
  // SNS around what was published, for Lambda and for queues alike (without raw message delivery).
  if (typeof value.Message === 'string' && value.Type === 'Notification')
    return callOf(parseEncoded(value.Message))
  if (typeof value.function === 'string') return named(value.function, value)
  if (isSchedule(value)) return { function: 'scan', params: {} }
  if (typeof value.specversion === 'string') {
    const { id, type = '', data } = openStructured(value)
    const name = functionOfEvent(type)
    if (name) return { ...(id ? { id } : {}), function: name, params: data ?? {} }
  }
  return { function: 'file-closed', params: value }
}

function named(name: string, { function: _, ...params }: Json): Call {
  if (isFunction(name)) return { function: name, params }
  throw new RequestProblem(
    422,
    `there is no function ${JSON.stringify(name.slice(0, 100))}; there are: ${functionNames.join(', ')}`,
  )
}

/** A rule of EventBridge, or a schedule of its Scheduler, without an input of its own. */
const isSchedule = ({ source, 'detail-type': type }: Json): boolean =>
  (source === 'aws.events' || source === 'aws.scheduler') && type === 'Scheduled Event'

const topicEvent = z.object({
  // Lambda gets one at a time (AWS: "Using AWS Lambda with Amazon SNS").
  Records: z.array(z.object({ Sns: z.looseObject({ Type: z.string(), Message: z.string() }) })).length(1),
})

const queueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string().min(1),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().optional() }).optional(),
    }),
  ),
})

const messagesOf = (event: Json): Message[] =>
  shape(queueEvent, event, 'an event of SQS').Records.map(({ messageId, body, attributes }) => {
    const receives = attributes?.ApproximateReceiveCount
    return { messageId, body, ...(receives === undefined ? {} : { receives }) }
  })

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
