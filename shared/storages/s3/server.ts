/** What the server says of itself: its clock, by which it judges signatures. */
import { readingOf } from '../../base/clock-reading.ts'
import { summarizeError } from '../../base/errors.ts'
import type { ServerFacts } from '../../base/server-facts.ts'
import type { Call } from '../storage.ts'
import { addressOf, prefixOf } from './address.ts'
import type { Client } from './client.ts'

/** Of an answer before the SDK has read it, a refusal's too. */
interface Deserializing {
  readonly response: unknown
}

export async function askServer(
  client: Client,
  location: string,
  call: Call,
): Promise<readonly ServerFacts[]> {
  const { server } = client
  const from = Date.now()
  let date: string | undefined
  try {
    await client.ask(location, call, ({ sdk, s3, abortSignal }) => {
      const address = addressOf(location)
      const command = new sdk.ListObjectsV2Command({
        Bucket: address.bucket,
        Prefix: prefixOf(address),
        MaxKeys: 1,
      })
      const note = <T extends Deserializing>(answer: T): T => {
        date = (answer.response as { headers?: Record<string, string> } | undefined)?.headers?.date
        return answer
      }
      command.middlewareStack.add(next => async args => note(await next(args)), {
        step: 'deserialize',
        priority: 'low',
      })
      return s3.send(command, { abortSignal })
    })
    return [{ server, ...readingOf(date, from) }]
  } catch (error) {
    return [{ server, ...readingOf(date, from), error: summarizeError(error) }]
  }
}
