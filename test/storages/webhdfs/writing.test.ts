import { describe, expect, it } from 'vitest'
import type { WritableStorage } from '../../../shared/storages/storage.ts'
import type { Handler } from '../../support/fake-server.ts'
import { json, remoteException, standby, text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

const FILE = `${ROOT}/meta/00001.json`
const CONTENT = new TextEncoder().encode('{}')

/** A NameNode, its DataNode, and what is in them. */
interface Cluster {
  readonly storage: WritableStorage
  readonly files: Set<string>
  readonly asked: string[]
}

/** @param faults by operation, the answers to the first requests; `done` is what a server says once it has done it */
async function cluster(
  faults: Readonly<Record<string, readonly ((done: () => void) => Handler)[]>> = {},
  redirect?: string,
): Promise<Cluster> {
  const files = new Set<string>()
  const asked: string[] = []
  const counts: Record<string, number> = {}
  const server = await nameNode((url, response, nth) => {
    const path = url.pathname.replace('/webhdfs/v1', '')
    const op = url.searchParams.has('datanode') ? 'PUT' : (url.searchParams.get('op') ?? '')
    asked.push(op)
    counts[op] = (counts[op] ?? 0) + 1
    const { done, answer } = ordinary(op, path, url)
    const fault = faults[op]?.[(counts[op] ?? 0) - 1]
    if (fault) return fault(done)(url, response, nth)
    // In this order: what is answered is what was there before.
    answer(url, response, nth)
    done()
  })
  const ordinary = (op: string, path: string, url: URL): { done: () => void; answer: Handler } => {
    const to = url.searchParams.get('destination') ?? ''
    switch (op) {
      case 'CREATE': {
        const location = redirect ?? `${server.origin}${url.pathname}${url.search}&datanode=true`
        return { done: () => {}, answer: (_, response) => void response.writeHead(307, { location }).end() }
      }
      case 'PUT':
        return { done: () => void files.add(path), answer: text(201, '') }
      case 'RENAME':
        if (!files.has(path))
          return { done: () => {}, answer: remoteException(404, 'FileNotFoundException', path) }
        if (files.has(to))
          return { done: () => {}, answer: remoteException(403, 'FileAlreadyExistsException', to) }
        return { done: () => void (files.delete(path) && files.add(to)), answer: text(200, '') }
      case 'DELETE':
        return { done: () => void files.delete(path), answer: json(200, { boolean: files.has(path) }) }
      default: {
        const status = { pathSuffix: '', type: 'FILE', length: 2, modificationTime: 0 }
        const there = files.has(path)
        return {
          done: () => {},
          answer: there
            ? json(200, { FileStatus: status })
            : remoteException(404, 'FileNotFoundException', path),
        }
      }
    }
  }
  const storage = await over([server])
  return { storage, files, asked }
}

const cutAfter =
  (done: () => void): Handler =>
  (_, response) => {
    done()
    response.destroy()
  }
const says = (handler: Handler) => (): Handler => handler

describe('a file that is made', () => {
  it('is written under a hidden name beside it, then renamed', async () => {
    const { storage, files, asked } = await cluster()
    await storage.create(FILE, CONTENT)
    expect(asked).toEqual(['CREATE', 'PUT', 'RENAME'])
    expect([...files]).toEqual(['/meta/00001.json'])
  })

  it.each([
    ['the answer to the rename is lost', { RENAME: [cutAfter] }],
    ['it is lost twice', { RENAME: [cutAfter, cutAfter] }],
    ['the NameNode is in failover meanwhile', { RENAME: [says(standby), says(standby)] }],
    ['a DataNode fails', { PUT: [says(text(503, ''))] }],
    ['the answer of a DataNode is lost', { PUT: [cutAfter] }],
  ])('is there once, and nothing beside it, where %s', async (_, faults) => {
    const { storage, files } = await cluster(faults)
    await storage.create(FILE, CONTENT)
    expect([...files]).toEqual(['/meta/00001.json'])
  })

  it.each([
    ['says why', undefined],
    ['says no more than false, as gateways do', json(200, { boolean: false })],
  ])('never replaces another, where the server %s', async (_, answer) => {
    const { storage, files } = await cluster(answer ? { RENAME: [says(answer)] } : {})
    files.add('/meta/00001.json')
    expect(await failureOf(storage.create(FILE, CONTENT))).toMatchObject({ code: 'CONFLICT' })
    expect([...files]).toEqual(['/meta/00001.json'])
  })

  it('is not taken for made where the server is gone and the hidden file still there', async () => {
    const gone = says(text(503, ''))
    const { storage, files } = await cluster({ RENAME: [gone, gone, gone] })
    expect(await failureOf(storage.create(FILE, CONTENT))).toMatchObject({ code: 'UNAVAILABLE' })
    expect(files.has('/meta/00001.json')).toBe(false)
  })

  it('is not sent to whom a NameNode may not name', async () => {
    const { storage } = await cluster({}, 'http://169.254.169.254/webhdfs/v1/meta/x?op=CREATE')
    expect(await failureOf(storage.create(FILE, CONTENT))).toMatchObject({ code: 'PERMISSION_DENIED' })
  })

  it('tells which rights are missing', async () => {
    const { storage } = await cluster({
      CREATE: [says(remoteException(403, 'AccessControlException', 'denied'))],
    })
    const error = await failureOf(storage.create(FILE, CONTENT))
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', hint: expect.stringContaining('write rights') })
    expect(error.message).toContain('write it')
  })
})

describe('a file that is removed', () => {
  it('is gone where the answer is lost', async () => {
    const { storage, files } = await cluster({ DELETE: [cutAfter] })
    files.add('/meta/00001.json')
    await storage.remove(FILE)
    expect(files.size).toBe(0)
  })
})
