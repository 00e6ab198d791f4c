/** Requests that do not end, as strangers and broken senders leave them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { eventually } from './waiting.ts'

export interface HalfSent {
  /** What came back so far. */
  answer(): string
  /** Whether the server has answered it, or cut it off. */
  isOver(): boolean
  destroy(): void
}

export interface Asking {
  /** Ends the head of a request. @returns its answer, as far as its head at least */
  ask(): Promise<string>
  readonly closed: Promise<unknown>
}

/** A connection that is never idle: of each request all but the end of its head is there already. */
export async function keepAsking(url: string, path: string): Promise<Asking> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const closed = new Promise(resolve => socket.once('close', resolve))
  let [text, asked] = ['', 0]
  socket.on('error', () => undefined)
  socket.on('data', chunk => {
    text += chunk.toString()
  })
  await once(socket, 'connect')
  const head = `GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n`
  socket.write(head)
  return {
    closed,
    ask() {
      socket.write(`\r\n${head}`)
      asked += 1
      return eventually(() => {
        const answer = text.split(/(?=HTTP\/1\.1 \d{3} )/)[asked - 1] ?? ''
        if (!answer.includes('\r\n\r\n')) throw new Error(`no answer to request ${asked}, but ${text}`)
        return answer
      })
    },
  }
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
