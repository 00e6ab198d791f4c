/** What a scan hands on: messages to a queue of SQS, which the function works off as any others. */
import { holdsNoUser } from '../../base/addresses.ts'
import { awsClientSettings } from '../../base/aws-client.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { abortedAfter } from '../../base/signals.ts'
import type { Delivery, HandOver, SendOptions, Taken } from '../../function/hand-over.ts'

/** Messages under way together. */
const AT_ONCE = 10
const LIMITS = { timeout: 5_000, attempts: 3, connections: AT_ONCE }

/** To the queue that GOLDSYNC_QUEUE_URL names, by the function's role. @throws GoldsyncError `CONFIG_INVALID` where it is no address */
export function queueDelivery(env: NodeJS.ProcessEnv): Delivery | undefined {
  const url = env.GOLDSYNC_QUEUE_URL
  if (!url) return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || !holdsNoUser(url))
    throw new GoldsyncError('CONFIG_INVALID', 'GOLDSYNC_QUEUE_URL: expected the address of a queue of SQS', {
      hint: 'such as https://sqs.eu-central-1.amazonaws.com/123456789012/goldsync-syncs',
    })
  return { atOnce: AT_ONCE, send: (request, options) => send(url, request, options) }
}

type Sending = (body: string, signal: AbortSignal) => Promise<unknown>

/** By the queue's address; kept between invocations. */
const opened = new Map<string, Promise<Sending>>()

function openedFor(url: string): Promise<Sending> {
  const known = opened.get(url)
  if (known) return known
  const opening = open(url)
  opened.set(url, opening)
  opening.catch(() => opened.delete(url))
  return opening
}

async function open(QueueUrl: string): Promise<Sending> {
  const { SendMessageCommand, SQSClient } = await import('./sdk.ts')
  const { hostname, origin } = new URL(QueueUrl)
  const [, region = process.env.AWS_REGION] = /^sqs\.([a-z0-9-]+)\./.exec(hostname) ?? []
  const client = new SQSClient(awsClientSettings({ region }, origin, LIMITS))
  return (MessageBody, abortSignal) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody }), { abortSignal })
}

async function send(
  url: string,
  { function: name, params }: HandOver,
  { signal, deadline = Number.POSITIVE_INFINITY }: SendOptions,
): Promise<Taken> {
  const limit = abortedAfter(Math.min(LIMITS.timeout * LIMITS.attempts, deadline - Date.now()))
  try {
    const work = await openedFor(url)
    const body = JSON.stringify({ function: name, ...params })
    await work(body, signal ? AbortSignal.any([signal, limit]) : limit)
    return 'taken'
  } catch (cause) {
    if (signal?.aborted) throw new GoldsyncError('ABORTED', 'aborted before the queue had taken a request')
    // AWS's own text can repeat what was signed.
    throw new GoldsyncError(
      'UNAVAILABLE',
      `${new URL(url).pathname}: the queue did not take a request: ${(cause as Error).name}`,
      {
        hint: 'the function needs sqs:SendMessage on the queue (docs/deploy/lambda.md)',
      },
    )
  }
}
