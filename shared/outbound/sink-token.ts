/** Who goldsync is to the sink that Knative names: the OIDC token that a SinkBinding mounts where the cluster uses them. */
import { access } from 'node:fs/promises'
import { openBearer } from '../credentials/bearer.ts'
import type { Sink } from './emit.ts'

/** knative.dev/eventing pkg/apis/sources/v1/sinkbinding_lifecycle.go: a Secret whose key is `token`; the audience is in it alone. */
export const SINK_TOKEN = '/oidc/token'

/**
 * The sink with its token, which is looked for before each request: Knative replaces it before it ends, and gives none where OIDC is off.
 * @param sink as the platform names it: the token is for no other
 */
export function withToken(sink: Sink | undefined, file = SINK_TOKEN): Sink | undefined {
  if (sink === undefined) return undefined
  const read = openBearer({ file }, "the sink's token")
  const isThere = () =>
    access(file).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    )
  return { ...sink, authorization: async () => ((await isThere()) ? read() : undefined) }
}
