/** A TCP proxy that passes all on, but for the answer to a request that a test picks: that connection it cuts, once the server has answered. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** Cuts the answers to the next so many requests that hold this text. */
  cut(text: string, times?: number): void
  /** How many were cut. */
  readonly cuts: () => number
  close(): Promise<void>
}

export async function cuttingProxy(to: {
  readonly host: string
  readonly port: number
}): Promise<CuttingProxy> {
  let [wanted, times, cuts] = ['', 0, 0]
  const sockets = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(to)
    let isCut = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', chunk => {
      if (times > 0 && chunk.includes(wanted)) {
        times -= 1
        isCut = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', chunk => {
      if (!isCut) return client.write(chunk)
      cuts += 1
      return client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut(text, count = 1) {
      wanted = text
      times = count
    },
    cuts: () => cuts,
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
