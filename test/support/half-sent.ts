/** Requests that do not end, as strangers and broken senders leave them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface HalfSent {
  /** What came back so far. */
  answer(): string
  /** Whether the server has answered it, or cut it off. */
  isOver(): boolean
  destroy(): void
}

/** Connects, and sends the head of a request with what there is of its body. @param length of the whole body, as it says */
export async function halfSend(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  { length = 1_000_000, body = '' } = {},
): Promise<HalfSent> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  let [answer, isClosed] = ['', false]
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    answer += chunk.toString()
  })
  socket.on('close', () => {
    isClosed = true
  })
  await once(socket, 'connect')
  const all = { host: hostname, 'content-length': `${length}`, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  return {
    answer: () => answer,
    isOver: () => isClosed || answer.includes('\r\n'),
    destroy: () => void socket.destroy(),
  }
}
