import { describe, expect, it } from 'vitest'
import type { Handler } from '../../support/fake-server.ts'
import { cut, isDataNode, oneByOne, redirectTo, remoteException, text } from '../../support/fake-webhdfs.ts'
import { stopTimers } from '../../support/waiting.ts'
import { failureOf, hangFor, nameNode, nowhere, over, ROOT } from './harness.ts'

const FILE = `${ROOT}/golden/x.parquet`

/** A server that is NameNode and DataNode in one; the DataNode's answers in their order. */
async function cluster(...dataNode: readonly [Handler, ...Handler[]]) {
  const answers = oneByOne(...dataNode)
  let reads = 0
  const server = await nameNode((url, response, nth) => {
    if (!isDataNode(url)) return redirectTo(() => server.origin)(url, response, nth)
    reads += 1
    return answers(url, response, reads)
  })
  return server
}

const bytes = (content: string) => text(200, content, 'application/octet-stream')

describe('a read', () => {
  it('asks for its range and gives the DataNode’s bytes', async () => {
    const server = await cluster(bytes('PAR1'))
    expect(Buffer.from(await (await over([server])).read(FILE, 10, 4)).toString()).toBe('PAR1')
    expect(Object.fromEntries(server.requests[1]!.searchParams)).toMatchObject({
      op: 'OPEN',
      offset: '10',
      length: '4',
    })
  })

  it('takes bytes from the first server too, as HttpFS gives them', async () => {
    expect(await (await over([await nameNode(bytes('PAR1'))])).read(FILE, 0, 4)).toHaveLength(4)
  })

  it.each([
    ['answers 503 with a body', text(503, 'PAR1')],
    ['cuts the body', cut('PA', 4)],
    ['has lost the block', remoteException(403, 'IOException', 'BlockMissingException')],
  ])('asks for another DataNode where one %s', async (_, handler) => {
    const server = await cluster(handler, bytes('GOOD'))
    expect(Buffer.from(await (await over([server])).read(FILE, 0, 4)).toString()).toBe('GOOD')
    const { host } = new URL(server.origin)
    const asked = server.requests.filter(url => !isDataNode(url))
    expect(asked.map(url => url.searchParams.get('excludedatanodes'))).toEqual([null, host])
  })

  it('never gives the body of a 503 as data: UNAVAILABLE after three tries', async () => {
    const server = await cluster(text(503, 'PAR1'))
    const error = await failureOf((await over([server])).read(FILE, 0, 4))
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true })
    expect(server.requests.filter(isDataNode)).toHaveLength(3)
  })

  it('never gives half a body', async () => {
    expect(await failureOf((await over([await cluster(cut('PA', 4))])).read(FILE, 0, 4))).toMatchObject({
      code: 'UNAVAILABLE',
    })
  })

  it('is TIMEOUT where DataNodes hang', async () => {
    stopTimers()
    const server = await cluster(hangFor(60))
    const storage = await over([server], { timeout: 50 })
    expect(await failureOf(storage.read(FILE, 0, 4))).toMatchObject({ code: 'TIMEOUT' })
    expect(server.requests.filter(isDataNode)).toHaveLength(3)
  })

  it('says what must be reachable where DataNodes are not', async () => {
    const gone = await nowhere()
    const server = await nameNode(redirectTo(() => gone.origin))
    const error = await failureOf((await over([server])).read(FILE, 0, 4))
    expect(error).toMatchObject({ code: 'UNAVAILABLE', hint: expect.stringContaining('9864') })
    expect(error.message).toContain(gone.origin)
  })

  it('is CONFLICT where the file has become shorter', async () => {
    expect(await failureOf((await over([await cluster(bytes('PA'))])).read(FILE, 0, 4))).toMatchObject({
      code: 'CONFLICT',
      hint: expect.any(String),
    })
  })

  it('is CONFLICT, not a matter of rights, where the offset is behind the end', async () => {
    const server = await nameNode(
      remoteException(403, 'IOException', 'Offset=5 out of the range [0, 5); OPEN, path=/golden/x.parquet'),
    )
    expect(await failureOf((await over([server])).read(FILE, 5, 1))).toMatchObject({ code: 'CONFLICT' })
  })

  it('is DATA_INVALID where more bytes come than were asked for', async () => {
    expect(await failureOf((await over([await cluster(bytes('PAR1PAR1'))])).read(FILE, 0, 4))).toMatchObject({
      code: 'DATA_INVALID',
    })
  })

  it('stops an endless body', async () => {
    const endless = await cluster((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      }
      response.on('drain', more)
      more()
    })
    const error = await failureOf((await over([endless])).read(FILE, 0, 4))
    expect(error).toMatchObject({ code: 'DATA_INVALID', message: expect.stringContaining('65536') })
  })

  it('follows one redirect, not a second', async () => {
    const server = await nameNode(redirectTo(() => server.origin))
    expect(await failureOf((await over([server])).read(FILE, 0, 4))).toMatchObject({ code: 'DATA_INVALID' })
    expect(server.requests).toHaveLength(2)
  })

  it('does not go to a host that is not allowed', async () => {
    const other = await nameNode(bytes('PAR1'))
    const server = await nameNode(redirectTo(() => other.origin))
    const error = await failureOf(
      (await over([server], { redirectHosts: ['*.lake.example'] })).read(FILE, 0, 4),
    )
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(error.message).toContain(`redirects to ${other.origin}: not in storage.redirectHosts`)
    expect(other.requests).toEqual([])
  })

  it('goes to a host that is allowed', async () => {
    const server = await cluster(bytes('PAR1'))
    const storage = await over([server], { redirectHosts: ['dn1.lake.example', '127.0.0.1'] })
    expect(await storage.read(FILE, 0, 4)).toHaveLength(4)
  })
})
