/** A range of one object. */
import type { Readable } from 'node:stream'
import { countingRetries } from '../../base/aws-client.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { endsBefore } from '../failures.ts'
import type { ReadCall } from '../storage.ts'
import { addressOf } from './address.ts'
import type { Client } from './client.ts'
import { notS3, replaced } from './errors.ts'
import { plainEtag } from './etags.ts'

/** The SDK tries again until an answer begins; what breaks in the middle of one is ours to repeat. */
const BODY_ATTEMPTS = 3

export interface Range {
  readonly offset: number
  /** At least 1. */
  readonly length: number
}

export async function readRange(
  client: Client,
  location: string,
  { offset, length }: Range,
  call: ReadCall,
): Promise<Uint8Array> {
  const { bucket, key } = addressOf(location)
  const bytes = await client.ask(location, call, async ({ sdk, s3, abortSignal }) => {
    const command = () =>
      new sdk.GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${offset}-${offset + length - 1}`,
        ...(call.etag === undefined ? {} : { IfMatch: call.etag }),
      })
    for (let attempt = 1; attempt <= BODY_ATTEMPTS; attempt += 1) {
      if (attempt > 1) call.onRetry?.(1)
      const { Body, ETag } = await countingRetries(s3.send(command(), { abortSignal }), call)
      const answer = Body as Readable
      if (isOther(ETag, call.etag)) {
        answer.destroy()
        throw replaced(location)
      }
      const body = await collect(answer, length)
      if (body) return body
      abortSignal.throwIfAborted()
    }
    throw new GoldsyncError(
      'UNAVAILABLE',
      `${location}: ${client.server} broke off its answer ${BODY_ATTEMPTS} times`,
    )
  })
  if (bytes.length < length) throw endsBefore(location, offset, length)
  if (bytes.length > length) throw notS3(`${location}: ${client.server} gave more bytes than asked for`)
  return bytes
}

/** Servers that do not know If-Match answer with the object as it is now (gofakes3, s3rver). */
const isOther = (answered: string | undefined, listed: string | undefined): boolean => {
  const [now, then] = [plainEtag(answered), plainEtag(listed)]
  return now !== undefined && then !== undefined && now !== then
}

/** Stops as soon as there are more than `length` bytes. @returns undefined where the answer broke off */
async function collect(body: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > length) break
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}
