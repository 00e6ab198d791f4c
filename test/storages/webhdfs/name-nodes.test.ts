import { describe, expect, it, vi } from 'vitest'
import {
  cut,
  found,
  hang,
  oneByOne,
  page,
  remoteException,
  standby,
  text,
} from '../../support/fake-webhdfs.ts'
import { ENDLESS, gate, stopTimers, turns } from '../../support/waiting.ts'
import { failureOf, hangFor, nameNode, nowhere, over, ROOT } from './harness.ts'

/** A NameNode that does not answer, and tells when it is asked. */
async function hanging() {
  const { open, opened } = gate()
  return { server: await nameNode(open), asked: opened }
}

describe('NameNodes', () => {
  it('asks the other where the first is in standby, and stays with it', async () => {
    const [passive, active] = [await nameNode(standby), await nameNode(found)]
    const storage = await over([passive, active])
    await storage.stat(`${ROOT}/a`)
    await storage.stat(`${ROOT}/b`)
    await storage.stat(`${ROOT}/c`)
    expect(passive.requests).toHaveLength(1)
    expect(active.requests).toHaveLength(3)
  })

  it('tells of each question that is put again', async () => {
    const storage = await over([await nameNode(standby), await nameNode(oneByOne(standby, found))])
    let retries = 0
    const onRetry = (times: number) => {
      retries += times
    }
    await storage.stat(`${ROOT}/a`, { onRetry })
    expect(retries).toBe(3)
    await storage.stat(`${ROOT}/b`, { onRetry })
    expect(retries).toBe(3)
  })

  it('goes back when they change places', async () => {
    const first = await nameNode(oneByOne(found, standby, found))
    const second = await nameNode(oneByOne(found, standby))
    const storage = await over([first, second])
    for (const name of ['a', 'b', 'c']) expect(await storage.stat(`${ROOT}/${name}`)).toBeDefined()
    expect([first.requests.length, second.requests.length]).toEqual([3, 2])
  })

  it.each([
    ['asks to be asked later', remoteException(403, 'RetriableException', 'safe mode')],
    ['answers 503', text(503, '<h1>Service Unavailable</h1>')],
    ['answers 500 with an exception', remoteException(500, 'NullPointerException')],
    ['answers 429', text(429, 'Too Many Requests')],
    ['cuts its answer', cut('{"FileStatus"', 500)],
  ])('asks the other where the first %s', async (_, handler) => {
    const storage = await over([await nameNode(handler), await nameNode(found)])
    expect(await storage.stat(`${ROOT}/a`)).toMatchObject({ kind: 'directory' })
  })

  it('asks the other where the first is down', async () => {
    const storage = await over([await nowhere(), await nameNode(found)])
    expect(await storage.stat(`${ROOT}/a`)).toBeDefined()
  })

  it('waits through a failover: both in standby, then one active', async () => {
    const storage = await over([await nameNode(standby), await nameNode(oneByOne(standby, found))])
    expect(await storage.stat(`${ROOT}/a`)).toBeDefined()
  })

  it('is UNAVAILABLE, naming each and its reason, where none can answer', async () => {
    const [down, passive] = [await nowhere(), await nameNode(standby)]
    const error = await failureOf((await over([down, passive])).list(`${ROOT}/a`))
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(error.message).toBe(
      `${ROOT}: no NameNode answered: ${down.origin} refused the connection; ${passive.origin} is in standby`,
    )
    expect(error.hint).toContain('storage.namenodes')
  })

  it('gives up after three rounds', async () => {
    const both = [await nameNode(standby), await nameNode(text(502, ''))]
    await failureOf((await over(both)).stat(`${ROOT}/a`))
    expect(both.map(({ requests }) => requests.length)).toEqual([3, 3])
  })

  it('asks the other where the first hangs', async () => {
    stopTimers()
    const storage = await over([await nameNode(hangFor(100)), await nameNode(found)], { timeout: 100 })
    expect(await storage.stat(`${ROOT}/a`)).toBeDefined()
  })

  it('is TIMEOUT where all hang, each asked only once', async () => {
    stopTimers()
    const both = [await nameNode(hangFor(70)), await nameNode(hangFor(70))]
    const error = await failureOf((await over(both, { timeout: 60 })).stat(`${ROOT}/a`))
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true })
    expect(error.message).toContain('60 ms')
    expect(both.map(({ requests }) => requests.length)).toEqual([1, 1])
  })

  it('times out a body that drips', async () => {
    const drip = await nameNode((_, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.once('close', () => clearInterval(timer))
    })
    expect(await failureOf((await over([drip], { timeout: 100 })).list(`${ROOT}/a`))).toMatchObject({
      code: 'TIMEOUT',
    })
  })

  it('knows a host name that is nobody’s', async () => {
    const storage = await over([], { namenodes: ['http://no-such-host.invalid:9870'] })
    expect((await failureOf(storage.stat(`${ROOT}/a`))).message).toMatch(
      /no-such-host\.invalid:9870 .*host name/,
    )
  })
})

describe('requests', () => {
  it('send the user, and the path percent-encoded by segment', async () => {
    const server = await nameNode(found)
    await (await over([server])).stat(`${ROOT}/a b/ts=10%3A00/città?#+`)
    const [url] = server.requests
    expect(url?.pathname).toBe('/webhdfs/v1/a%20b/ts%3D10%253A00/citt%C3%A0%3F%23%2B')
    expect(Object.fromEntries(url!.searchParams)).toEqual({ op: 'GETFILESTATUS', 'user.name': 'etl' })
  })

  it('send a delegation token instead of the user, and no error shows it', async () => {
    const token = 'SECRETSECRET'
    for (const handler of [text(401, ''), text(403, ''), text(404, ''), standby, cut('x', 9)]) {
      const server = await nameNode(handler)
      const error = await failureOf((await over([server], { token })).stat(`${ROOT}/a`))
      expect(Object.fromEntries(server.requests[0]!.searchParams)).toEqual({
        op: 'GETFILESTATUS',
        delegation: token,
      })
      expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain(token)
    }
  })

  it('reach a server behind a path, as Knox and HttpFS are', async () => {
    const server = await nameNode(found)
    await (await over([], { namenodes: [`${server.origin}/gateway/default/webhdfs/v1/`] })).stat(`${ROOT}/a`)
    expect(server.requests[0]?.pathname).toBe('/gateway/default/webhdfs/v1/a')
  })

  it('refuse a location of another lake, or with dots that a URL would resolve', async () => {
    const server = await nameNode(found)
    const storage = await over([server])
    for (const location of ['hdfs://other/a', `${ROOT}x/a`, '/a', `${ROOT}/a/../b`, `${ROOT}/./a`]) {
      expect(await failureOf(storage.stat(location))).toMatchObject({ code: 'REQUEST_INVALID' })
    }
    expect(server.requests).toEqual([])
  })

  it('reuse one connection', async () => {
    const server = await nameNode(found)
    const storage = await over([server])
    for (let nth = 0; nth < 50; nth += 1) await storage.stat(`${ROOT}/${nth}`)
    expect(server.connections()).toBe(1)
  })

  it('survive that the server closes a kept connection as it is used again', async () => {
    const server = await nameNode((url, response, nth) => {
      if (nth === 2) response.destroy()
      else found(url, response, nth)
    })
    const storage = await over([server], {}, [])
    await storage.stat(`${ROOT}/a`)
    expect(await storage.stat(`${ROOT}/b`)).toBeDefined()
    expect(server.connections()).toBe(2)
  })

  it('keep to the number of connections, and waiting for one is not timed', async () => {
    stopTimers()
    const slow = await nameNode((url, response, nth) => {
      vi.advanceTimersByTime(30)
      found(url, response, nth)
    })
    const storage = await over([slow], { connections: 2, timeout: 500 })
    await Promise.all(Array.from({ length: 50 }, (_, nth) => storage.stat(`${ROOT}/${nth}`)))
    expect(slow.mostOpen()).toBe(2)
    expect(slow.requests).toHaveLength(50)
  })
})

describe('the caller’s signal', () => {
  it.each([
    ['a request', hang],
    ['the pause between rounds', standby],
  ])('ends %s', async (what, handler) => {
    const asked = gate()
    const server = await nameNode((url, response, nth) => {
      handler(url, response, nth)
      asked.open()
    })
    const pauses = what === 'a request' ? [] : [ENDLESS]
    const storage = await over([server], {}, pauses)
    const controller = new AbortController()
    const failure = failureOf(storage.list(`${ROOT}/a`, { signal: controller.signal }))
    await asked.opened
    await turns()
    controller.abort()
    expect(await failure).toMatchObject({ code: 'ABORTED' })
  })

  it('ends a request that waits for a connection', async () => {
    stopTimers()
    const { server, asked } = await hanging()
    const storage = await over([server], { connections: 1, timeout: 400 }, [])
    const first = failureOf(storage.list(`${ROOT}/a`))
    const controller = new AbortController()
    const second = failureOf(storage.list(`${ROOT}/b`, { signal: controller.signal }))
    await asked
    controller.abort()
    // Node tells it of its signal when it is its turn.
    vi.advanceTimersByTime(400)
    expect(await second).toMatchObject({ code: 'ABORTED' })
    expect(await first).toMatchObject({ code: 'TIMEOUT' })
    expect(server.requests).toHaveLength(1)
  })

  it('is not needed after close: open work ends, new work is refused', async () => {
    const { server, asked } = await hanging()
    const storage = await over([server])
    const open = failureOf(storage.list(`${ROOT}/a`))
    await asked
    await storage.close()
    expect(await open).toMatchObject({ code: 'ABORTED' })
    expect(await failureOf(storage.list(`${ROOT}/a`))).toMatchObject({ code: 'ABORTED' })
  })
})

describe('listings', () => {
  it('go on after the last name of each page', async () => {
    const server = await nameNode(
      oneByOne(
        page([{ pathSuffix: 'a b' }, { pathSuffix: 'c%3A' }], 2),
        page([{ pathSuffix: 'd' }, { pathSuffix: 'e' }]),
      ),
    )
    const names = (await (await over([server])).list(`${ROOT}/x`)).map(entry => entry.name)
    expect(names).toEqual(['a b', 'c%3A', 'd', 'e'])
    expect(server.requests.map(url => url.searchParams.get('startAfter'))).toEqual([null, 'c%3A'])
  })

  it('are complete or an error: never the first page alone', async () => {
    const server = await nameNode(oneByOne(page([{ pathSuffix: 'a' }], 1), text(503, '')))
    expect(await failureOf((await over([server])).list(`${ROOT}/x`))).toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('end where a server has nothing more but says so', async () => {
    const server = await nameNode(oneByOne(page([{ pathSuffix: 'a' }], 1), page([], 1)))
    expect(await failureOf((await over([server])).list(`${ROOT}/x`))).toMatchObject({ code: 'DATA_INVALID' })
  })
})
