/**
 * OpenWhisk, as deployment tools, clients, timers and sinks see it. The actions run from what was deployed, in child processes; the
 * alarms provider ticks when a test says so. The real platform needs Docker.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Activation, openActivator } from './activations.ts'
import { openAlarms } from './alarms.ts'
import { type ApiRequest, answer, type Controller, NAMESPACE, refusalOf } from './api.ts'
import { type Entities, noEntities } from './entities.ts'

export interface Platform {
  readonly url: string
  /** `user:key`. */
  readonly apiKey: string
  readonly entities: Entities
  /** Newest last. */
  readonly activations: readonly Activation[]
  /** What the alarms provider does when the time has come. @returns the activations that came of it, once they have ended */
  tick(trigger: string): Promise<readonly Activation[]>
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1. */
export async function openPlatform(): Promise<Platform> {
  const entities = noEntities()
  const apiKey = `${randomUUID()}:secret`
  const activator = openActivator(entities, () => ({ url, namespace: NAMESPACE, apiKey }))
  const alarms = openAlarms(entities, () => url)
  const controller: Controller = { entities, activator, apiKey, alarms, fired: new Map() }
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(controller, await readRequest(request)).catch(refusalOf)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    apiKey,
    entities,
    activations: activator.activations,
    tick: async trigger => (await controller.fired.get(await alarms.goOff(trigger))) ?? [],
    close: async () => {
      server.closeAllConnections()
      server.close()
      await activator.close()
    },
  }
}

async function readRequest(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const { method = '', headers } = request
  const path = decodeURIComponent(pathname).replace(/^\/api\/v1/, '')
  return { method, path, query: searchParams, headers, body: Buffer.concat(chunks) }
}
