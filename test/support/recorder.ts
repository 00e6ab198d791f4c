/** A server that writes down what it is sent, for the platforms that take requests: a Knative sink, the API of OpenWhisk. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Recorded {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface Recorder {
  readonly url: string
  readonly requests: readonly Recorded[]
  /** Most requests that were under way together. */
  mostAtOnce(): number
  /** Ends all connections, whatever waits for an answer on them. */
  cut(): void
  close(): Promise<void>
}

/** A status, with headers and a body. */
export type Reply = readonly [status: number, headers?: Readonly<Record<string, string>>, body?: string]

/** Listens on a free port of 127.0.0.1. @param reply for each request, the first being 0 */
export async function openRecorder(
  reply: (nth: number, request: Recorded) => Reply | Promise<Reply> = () => [202],
): Promise<Recorder> {
  const requests: Recorded[] = []
  let [open, most] = [0, 0]
  const server = createServer(async (request, response) => {
    open += 1
    most = Math.max(most, open)
    response.once('close', () => {
      open -= 1
    })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: path = '', headers } = request
    const recorded = { method, path, headers, body: Buffer.concat(chunks).toString(), at: Date.now() }
    requests.push(recorded)
    const [status, answered, text] = await reply(requests.length - 1, recorded)
    response.writeHead(status, answered).end(text)
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostAtOnce: () => most,
    cut: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
