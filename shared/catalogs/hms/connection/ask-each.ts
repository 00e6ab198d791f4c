/** Each metastore of the list by itself: a client keeps to the one that answers, and says nothing of the others. */
import { summarizeError } from '../../../base/errors.ts'
import type { ServerFacts } from '../../../base/server-facts.ts'
import { addressesOf, type HmsOptions, serverOf } from '../options.ts'
import { metastoreClient } from './client.ts'
import type { ClientCall } from './invoke.ts'

/** @param name of the catalog */
export const askEach = (
  options: HmsOptions,
  name: string,
  call: ClientCall,
): Promise<readonly ServerFacts[]> =>
  Promise.all(options.uris.map(uri => askOne({ ...options, uris: [uri] }, name, call)))

async function askOne(options: HmsOptions, name: string, call: ClientCall): Promise<ServerFacts> {
  const server = addressesOf(options).map(serverOf).join()
  const hms = metastoreClient(options, 1, name)
  try {
    return { server, version: await hms.call('getVersion', {}, call) }
  } catch (error) {
    return { server, error: summarizeError(error) }
  } finally {
    hms.close()
  }
}
