/** Objects that are made where there is none, and removed. */
import { countingRetries } from '../../base/aws-client.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { alreadyThere, notAFile } from '../failures.ts'
import type { Call } from '../storage.ts'
import { addressOf } from './address.ts'
import type { Client } from './client.ts'
import { mayNotWrite } from './errors.ts'
import { readRange } from './reading.ts'

/** A request that was sent again meets the object that the first one made, whose answer was lost. */
export async function createObject(
  client: Client,
  location: string,
  content: Uint8Array,
  call: Call,
): Promise<void> {
  const { bucket, key } = objectOf(location)
  let retries = 0
  try {
    await client.ask(location, call, ({ sdk, s3, abortSignal }) => {
      const command = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: content, IfNoneMatch: '*' })
      return countingRetries(s3.send(command, { abortSignal }), {
        ...call,
        onRetry(times) {
          retries += times
          call.onRetry?.(times)
        },
      })
    })
  } catch (error) {
    if (!isConflict(error)) throw mayNotWrite(error, location, client.server)
    if (retries > 0 && (await holds(client, location, content, call))) return
    throw alreadyThere(location, error)
  }
}

const isConflict = (error: unknown): error is GoldsyncError =>
  error instanceof GoldsyncError && error.code === 'CONFLICT'

async function holds(client: Client, location: string, content: Uint8Array, call: Call): Promise<boolean> {
  try {
    if (content.length === 0) return false
    return Buffer.from(content).equals(
      await readRange(client, location, { offset: 0, length: content.length }, call),
    )
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}

export async function removeObject(client: Client, location: string, call: Call): Promise<void> {
  const { bucket, key } = objectOf(location)
  try {
    await client.ask(location, call, ({ sdk, s3, abortSignal }) =>
      countingRetries(
        s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), { abortSignal }),
        call,
      ),
    )
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return
    throw mayNotWrite(error, location, client.server)
  }
}

function objectOf(location: string): ReturnType<typeof addressOf> {
  const address = addressOf(location)
  if (address.key === '' || address.key.endsWith('/')) throw notAFile(location)
  return address
}
