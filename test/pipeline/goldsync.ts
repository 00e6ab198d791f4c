/** goldsync as it is deployed beside such a pipeline: its server, and the inotify forwarder that tells it. No scan is ever asked for. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../support/builder.ts'
import { buildForwarder, killForwarder, startForwarder } from '../support/forwarder.ts'
import { startServer } from '../support/hosts.ts'
import { trinoConfig } from '../support/sql.ts'
import { type Servers, until } from './servers.ts'

export const DATABASE = 'golden_pipeline'
const SECRET = `whsec_${Buffer.from('a key of the pipeline, of 32 byte').toString('base64')}`

export interface Goldsync {
  /** SIGKILL to the server. */
  kill(): Promise<void>
  /** SIGKILL to the forwarder. */
  killForwarder(): Promise<void>
  /** The server, the forwarder or both again. */
  start(): Promise<void>
  /** Calls one of its functions. */
  invoke(name: string, params: object): Promise<unknown>
  /** Ends both; what they said is in dist/pipeline. */
  stop(): Promise<void>
}

export async function startGoldsync(
  servers: Servers,
  lakes: readonly Readonly<Record<string, unknown>>[],
): Promise<Goldsync> {
  const [bundle, folder] = await Promise.all([
    build('server', 'dist/pipeline'),
    mkdtemp(join(tmpdir(), 'goldsync-pipeline-')),
    buildForwarder(),
  ])
  const config = {
    lakes: lakes.map(lake => ({
      database: DATABASE,
      createDatabase: true,
      storage: { namenodes: [servers.webhdfs], user: 'goldsync' },
      ...lake,
    })),
    catalogs: { hive: { kind: 'metastore', uris: servers.metastore } },
    engines: { trino: trinoConfig },
    webhook: { standard: [SECRET] },
  }
  const serve = (port = 0) =>
    startServer(bundle, { GOLDSYNC_CONFIG: JSON.stringify(config), PORT: String(port) })
  let server = await serve()
  const earlier: string[] = []
  const { url } = server
  const forward = () =>
    startForwarder(
      {
        GOLDSYNC_LAKES: lakes.map(({ location }) => location).join(','),
        GOLDSYNC_POSITION: join(folder, 'position'),
        GOLDSYNC_WEBHOOK_URL: `${url}/webhook`,
        GOLDSYNC_WEBHOOK_SECRET: SECRET,
      },
      { conf: servers.conf, options: ['-Xmx96m'] },
    )
  let forwarder = forward()
  const follows = () => until('the forwarder follows', async () => forwarder.log.includes('following'))
  process.once('exit', () => {
    for (const { process: child } of [server, forwarder]) child.kill('SIGKILL')
  })
  await follows()
  return {
    kill: async () => {
      await server.stop('SIGKILL')
      earlier.push(...server.lines)
    },
    killForwarder: () => killForwarder(forwarder),
    start: async () => {
      if (server.process.exitCode !== null || server.process.signalCode !== null)
        server = await serve(Number(new URL(url).port))
      if (forwarder.process.exitCode === null && forwarder.process.signalCode === null) return
      forwarder = forward()
      await follows()
    },
    invoke: async (name, params) => {
      const response = await fetch(`${url}/invoke/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(params),
      })
      return response.json()
    },
    stop: async () => {
      await killForwarder(forwarder)
      await server.stop('SIGKILL')
      await writeFile('dist/pipeline/goldsync.log', `${[...earlier, ...server.lines].join('\n')}\n`)
      await writeFile('dist/pipeline/forwarder.log', forwarder.log)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
