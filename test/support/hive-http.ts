/**
 * The stack's HiveServer2 speaks the binary transport only: this gateway gives it the HTTP one, which has the same thrift
 * messages as bodies of POST requests, without SASL frames.
 */
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

const [START, OK, COMPLETE] = [1, 2, 5]

export async function hiveOverHttp(target: { readonly host: string; readonly port: number }, path: string) {
  const users = new Set<string>()
  const upstream = await connected(target)
  upstream.write(saslFrame(START, 'PLAIN'))
  upstream.write(saslFrame(OK, 'hive\0hive\0any'))
  const status = (await read(upstream, 5)).readUInt8(0)
  if (status !== COMPLETE) throw new Error(`SASL status ${status}`)
  const server = createServer(async (request, response) => {
    if (request.url !== path) return response.writeHead(404).end()
    users.add(Buffer.from(request.headers.authorization!.split(' ')[1]!, 'base64').toString())
    const body = await buffer(request)
    upstream.write(Buffer.concat([int32(body.length), body]))
    const length = (await read(upstream, 4)).readUInt32BE(0)
    return response.writeHead(200).end(await read(upstream, length))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get users() {
      return [...users]
    },
    async close() {
      upstream.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const connected = (target: { readonly host: string; readonly port: number }): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(target.port, target.host, () => resolve(socket)).on('error', reject)
  })

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const saslFrame = (status: number, text: string): Buffer =>
  Buffer.concat([Buffer.from([status]), int32(Buffer.byteLength(text)), Buffer.from(text)])

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = length === 0 ? Buffer.alloc(0) : socket.read(length)
    if (bytes) return bytes
    await new Promise(resolve => socket.once('readable', resolve))
  }
}
