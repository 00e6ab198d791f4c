import { expect, it } from 'vitest'
import { faultOf } from '../../../shared/storages/webhdfs/lookup.ts'
import { text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

it.each([
  [['10.1.2.3'], undefined],
  [['127.0.0.1'], undefined],
  [['2001:db8::1', '10.1.2.3'], undefined],
  [['169.254.1.1'], 'dn1: 169.254.1.1 is a link-local address'],
  [['10.1.2.3', '169.254.1.1'], 'dn1: 169.254.1.1 is a link-local address'],
  [['fe80::1'], 'dn1: fe80::1 is a link-local address'],
  [['::ffff:169.254.1.1'], 'dn1: ::ffff:169.254.1.1 is a link-local address'],
])('a redirect to a name that stands for %j: %s', (addresses, fault) => {
  const found = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  expect(faultOf('dn1', found)?.message).toBe(fault && `a NameNode redirects to ${fault}`)
})

/** A read that is redirected to another name of the same server. */
const readingFrom = async (host: string) => {
  const server = await nameNode((url, response, nth) => {
    if (response.req.headers.host?.startsWith(host)) return text(200, 'four')(url, response, nth)
    response.writeHead(307, { location: `http://${host}:${url.port}${url.pathname}${url.search}` }).end()
  })
  return (await over([server])).read(`${ROOT}/x`, 0, 4)
}

it('a redirect to a name is followed where it stands for other addresses', async () => {
  expect(await readingFrom('localhost')).toHaveLength(4)
})

it('a redirect to a name that nobody knows says so', async () => {
  expect((await failureOf(readingFrom('dn1.invalid'))).code).toBe('UNAVAILABLE')
})
