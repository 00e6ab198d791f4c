import type { ServerOptions } from 'node:https'
import { onTestFinished, vi } from 'vitest'
import type { GoldsyncError } from '../../../shared/base/errors.ts'
import type { WritableStorage } from '../../../shared/storages/storage.ts'
import type { WebhdfsOptions } from '../../../shared/storages/webhdfs/options.ts'
import { openWebhdfs } from '../../../shared/storages/webhdfs/storage.ts'
import { type FakeServer, fakeServer, type Handler } from '../../support/fake-server.ts'
import { ENDLESS } from '../../support/waiting.ts'

export const ROOT = 'hdfs://ns'

/** A fake NameNode that lives as long as the test. */
export async function nameNode(handler: Handler, tls?: ServerOptions): Promise<FakeServer> {
  const server = await fakeServer(handler, tls)
  onTestFinished(() => server.close())
  return server
}

/** A storage over these NameNodes, with next to no pauses between its three rounds. Where nothing else is said, no limit of time ends a request. */
export async function over(
  nameNodes: readonly FakeServer[],
  options: WebhdfsOptions = {},
  pauses: readonly number[] = [1, 2],
): Promise<WritableStorage> {
  const namenodes = nameNodes.map(({ origin }) => origin)
  const storage = await openWebhdfs(ROOT, { namenodes, user: 'etl', timeout: ENDLESS, ...options }, pauses)
  onTestFinished(() => storage.close())
  return storage
}

/** Never answers: with each request, so many milliseconds pass on a clock that `stopTimers` has stopped. */
export const hangFor =
  (ms: number): Handler =>
  () =>
    void vi.advanceTimersByTimeAsync(ms)

/** What the work fails with. */
export async function failureOf(work: Promise<unknown>): Promise<GoldsyncError> {
  const result = await work.catch((thrown: GoldsyncError) => thrown)
  if (result instanceof Error) return result as GoldsyncError
  throw new Error(`expected a failure, got ${JSON.stringify(result)}`)
}

/** An address where nothing listens. */
export const nowhere = async (): Promise<FakeServer> => {
  const server = await fakeServer(() => {})
  await server.close()
  return server
}
