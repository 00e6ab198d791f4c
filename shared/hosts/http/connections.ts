/** The connections of a server: how many it takes, and how it stops without resetting one. */
import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** Beyond so many, requests are answered 503; probes are not. Each takes some 20 kB. */
const MOST = 1_000
/** Beyond so many more, a connection is closed as it comes. */
const ROOM = 200
/** Milliseconds. */
const PAUSE = 500
const MOST_PAUSES = 10

export interface Connections {
  /** Whether more are connected than the server takes. */
  crowded(): boolean
  /**
   * Until nobody has connected for a moment. What was connected before anybody could know of the end waits in the kernel, and is reset by
   * a server that closes; a balancer that never looks is not waited for.
   */
  quiet(): Promise<void>
}

/** @param server that does not listen yet */
export function watchConnections(server: Server): Connections {
  let [open, taken] = [0, 0]
  server.maxConnections = MOST + ROOM
  server.on('connection', socket => {
    open += 1
    taken += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  return {
    crowded: () => open > MOST,
    quiet: async () => {
      for (let pause = 0, before = -1; pause < MOST_PAUSES && taken !== before; pause += 1) {
        before = taken
        await delay(PAUSE)
      }
    },
  }
}
