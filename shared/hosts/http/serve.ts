/** A server for the life of the process: SIGTERM lets the requests in flight finish, a second one hurries them. */
import { auditTarget, openLog } from '../../base/log.ts'
import type { Config } from '../../config/config.ts'
import { sinkAnnounce } from '../announce.ts'
import { sinkDelivery } from '../delivery.ts'
import { withExposure } from '../exposure.ts'
import { recorderOf } from '../history.ts'
import { lineageTo } from '../lineage.ts'
import { tracingOf } from '../tracing.ts'
import { type RunningServer, startServer } from './server.ts'

export interface ServeOptions {
  readonly port: number
  /** Address to listen on; by default all of the machine. */
  readonly host?: string | undefined
  /** Of the log; by default as the config says. */
  readonly level?: string | undefined
  /** Whether a history is kept where the config says nothing. */
  readonly history?: boolean
}

/**
 * Starts serving; the process ends by itself when the last request is answered.
 * @returns the port
 * @throws GoldsyncError `CONFIG_INVALID` where the environment contradicts itself
 */
export async function serve(
  config: Config,
  { port, host, level, history = false }: ServeOptions,
): Promise<number> {
  const log = openLog(
    level ?? config.log.level ?? 'info',
    { service: 'goldsync' },
    auditTarget(config.log.audit),
  )
  const delivery = sinkDelivery(process.env)
  const tracing = await tracingOf(config, log)
  const announce = sinkAnnounce(config, process.env, { tracer: tracing })
  const recorder = await recorderOf(config, process.env, { host: 'server', log, byDefault: history })
  const served = {
    config: withExposure(config, process.env),
    log,
    delivery,
    announce,
    tellLineage: lineageTo(config),
    tracing,
    recorder,
    // Loaded when somebody looks at the page.
    past: async (now: number) => (await import('../past.ts')).pastOf(config, process.env, history, now),
  }
  const server = await startServer(served, { port, host })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stopper(server))
  log.info({ port: server.port }, 'serving')
  return server.port
}

function stopper(server: RunningServer): () => void {
  let asked = false
  return () => {
    if (asked) server.abort()
    else void server.drain()
    asked = true
  }
}
