/** The forwarder as it is deployed, and a goldsync that answers as told. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openMessage } from '../../shared/events/message.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import {
  buildForwarder,
  type Forwarder,
  follows,
  killForwarder,
  startForwarder,
} from '../support/forwarder.ts'
import { hdfs } from '../support/hdfs.ts'
import { describeStack } from '../support/stack.ts'
import { eventually } from '../support/waiting.ts'

const SECRET = `whsec_${Buffer.from('a key of the inotify test, 32 b.').toString('base64')}`
const ROOT = `/goldsync-inotify-${process.pid}`
const LAKE = `${ROOT}/golden`
const HOUR = `${LAKE}/orders/2026/11/20/07`

/** A goldsync that takes what is signed, or answers as told. */
class Receiver {
  readonly paths: string[] = []
  readonly refusals: number[] = []
  answer = (_paths: readonly string[]): number => 204
  #server: Server | undefined

  async listen(port = 0): Promise<number> {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const paths = pathsOf(request.headers, Buffer.concat(chunks))
      const status = this.answer(paths)
      if (status < 300) this.paths.push(...paths)
      else this.refusals.push(status)
      response.writeHead(status).end()
    }).listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise(resolve => this.#server?.close(resolve))
  }
}

/** As goldsync itself reads the request, below the lake. @throws where it is not signed as Standard Webhooks says */
function pathsOf(headers: IncomingHttpHeaders, body: Buffer): string[] {
  new Webhook(SECRET).verify(body.toString(), headers as Record<string, string>)
  const letters = openMessage(headers, body)
  expect(letters.every(({ type }) => type === 'io.goldsync.file.closed')).toBe(true)
  return letters.flatMap(({ data }) =>
    parseEvent(data).files.map(file => {
      expect(file.location.endsWith('/_SUCCESS') ? [0, CONTENT.length] : [CONTENT.length]).toContain(
        file.size,
      )
      expect(file.modified).toBeGreaterThan(BEGUN - 120_000)
      expect(file.modified).toBeLessThan(Date.now() + 120_000)
      return file.location.replace(`${hdfs.location(LAKE)}/`, '')
    }),
  )
}

const BEGUN = Date.now()
const CONTENT = Buffer.from('PAR1 is not looked at')

describeStack(['hdfs'], 'the inotify forwarder', () => {
  let folder = ''
  let receiver = new Receiver()
  let port = 0
  const running: Forwarder[] = []

  function start(env: Record<string, string> = {}): Forwarder {
    const forwarder = startForwarder({
      GOLDSYNC_LAKES: hdfs.location(LAKE),
      GOLDSYNC_POSITION: join(folder, 'position'),
      GOLDSYNC_WEBHOOK_URL: `http://127.0.0.1:${port}/webhook`,
      GOLDSYNC_WEBHOOK_SECRET: SECRET,
      ...env,
    })
    running.push(forwarder)
    return forwarder
  }

  /** Each at least once. */
  const receives = (...paths: string[]) =>
    eventually(() => expect([...new Set(receiver.paths)].toSorted()).toEqual(paths.toSorted()))

  beforeAll(async () => {
    await buildForwarder()
    await hdfs.mkdir(LAKE)
  })

  afterAll(() => hdfs.rm(ROOT))

  async function begin(): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-inotify-'))
    receiver = new Receiver()
    port = await receiver.listen()
  }

  afterEach(async () => {
    await Promise.all(running.splice(0).map(killForwarder))
    await receiver.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('tells of files that are closed or renamed into the lake, and of no others', async () => {
    await begin()
    await follows(start())
    await hdfs.put(`${HOUR}/a b=é.parquet`, CONTENT)
    await hdfs.put(`${HOUR}/_temporary/0/b.parquet`, CONTENT)
    await hdfs.put(`${HOUR}/c.parquet.tmp`, CONTENT)
    await hdfs.put(`${HOUR}/empty.parquet`, Buffer.alloc(0))
    await hdfs.put(`${ROOT}/elsewhere/d.parquet`, CONTENT)
    await receives('orders/2026/11/20/07/a b=é.parquet')
    await hdfs.rename(`${HOUR}/_temporary/0/b.parquet`, `${HOUR}/b.parquet`)
    await hdfs.rename(`${HOUR}/c.parquet.tmp`, `${HOUR}/c.parquet`)
    await receives(...['a b=é', 'b', 'c'].map(name => `orders/2026/11/20/07/${name}.parquet`))
  })

  it('tells of each file of a folder that is renamed into the lake', async () => {
    await begin()
    await follows(start())
    for (const name of ['1.parquet', '2.parquet', '_SUCCESS', '.crc'])
      await hdfs.put(`${ROOT}/staging/08/${name}`, CONTENT)
    await hdfs.rename(`${ROOT}/staging/08`, `${LAKE}/orders/2026/11/20/08`)
    await receives(...['1.parquet', '2.parquet', '_SUCCESS'].map(name => `orders/2026/11/20/08/${name}`))
  })

  it('tells of a _SUCCESS, which partitions may wait for, but not of one in a folder of work', async () => {
    await begin()
    await follows(start())
    await hdfs.put(`${HOUR}/k.parquet`, CONTENT)
    await hdfs.put(`${HOUR}/_temporary/0/_SUCCESS`, Buffer.alloc(0))
    await hdfs.put(`${HOUR}/.hidden/_SUCCESS`, Buffer.alloc(0))
    await hdfs.put(`${ROOT}/elsewhere/_SUCCESS`, Buffer.alloc(0))
    await hdfs.put(`${HOUR}/_SUCCESS`, Buffer.alloc(0))
    await receives('orders/2026/11/20/07/_SUCCESS', 'orders/2026/11/20/07/k.parquet')
  })

  it('misses nothing while it is down, from its first start on', async () => {
    await begin()
    receiver.answer = () => 503
    const first = start()
    await follows(first)
    await hdfs.put(`${HOUR}/e.parquet`, CONTENT)
    await eventually(() => expect(receiver.refusals).toContain(503))
    await killForwarder(first)
    await hdfs.put(`${HOUR}/f.parquet`, CONTENT)
    receiver.answer = () => 204
    const second = start()
    await receives('orders/2026/11/20/07/e.parquet', 'orders/2026/11/20/07/f.parquet')
    await killForwarder(second)
    start()
    await hdfs.put(`${HOUR}/g.parquet`, CONTENT)
    await receives(...['e', 'f', 'g'].map(name => `orders/2026/11/20/07/${name}.parquet`))
  })

  it('repeats until the webhook is back, and leaves the bad files out', async () => {
    await begin()
    await receiver.close()
    const forwarder = start()
    await follows(forwarder)
    for (const name of ['h', 'poison', 'i', 'failing', 'j'])
      await hdfs.put(`${HOUR}/${name}.parquet`, CONTENT)
    await eventually(() => expect(forwarder.log).toContain('again in 400 ms'))
    const holds = (name: string, paths: readonly string[]) => paths.some(path => path.includes(name))
    receiver.answer = paths => (holds('poison', paths) ? 422 : holds('failing', paths) ? 500 : 204)
    await receiver.listen(port)
    await receives(...['h', 'i', 'j'].map(name => `orders/2026/11/20/07/${name}.parquet`))
    expect(forwarder.log).toMatch(/skipped.*poison\.parquet/)
    expect(forwarder.log).toMatch(/skipped.*failing\.parquet/)
  })

  it('ends with a clear word where it is no superuser, or a setting is missing', async () => {
    await begin()
    const plain = start({ HADOOP_USER_NAME: 'somebody' })
    const unset = start({ GOLDSYNC_WEBHOOK_SECRET: '' })
    const ends = await Promise.all([plain, unset].map(({ process }) => once(process, 'close')))
    expect(ends.map(([status]) => status)).toEqual([1, 1])
    expect(plain.log).toContain('only a superuser of HDFS may read its events')
    expect(unset.log).toContain('GOLDSYNC_WEBHOOK_SECRET is not set')
  })
})
