/** A way to a real server that ends in the middle of a run: the server is gone from then on. */
import { type FakeServer, relay, serve } from './net.ts'

/**
 * Relays to the server until a client has sent `text` for the `times`-th time: all connections are cut then, and nobody
 * listens any more.
 */
export async function doomed(
  target: { readonly host: string; readonly port: number },
  { text, times }: { readonly text: string; readonly times: number },
): Promise<FakeServer> {
  let seen = 0
  const way = await relay(target, onConnection =>
    serve(socket => {
      onConnection(socket)
      socket.on('data', chunk => {
        if (chunk.includes(text)) seen += 1
        if (seen === times) void way.close()
      })
    }),
  )
  return way
}
