import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { faultOf } from '../../../shared/storages/webhdfs/lookup.ts'
import { text } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

const far = { from: 'nn1.invalid', isListed: false }
const addresses = (...given: readonly string[]) =>
  given.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))

it.each([
  [['10.1.2.3'], undefined],
  [['2001:db8::1', '10.1.2.3'], undefined],
  [['fd00::1'], undefined],
  [['127.0.0.1'], 'dn1: 127.0.0.1 is this machine'],
  [['10.1.2.3', '127.0.1.1'], 'dn1: 127.0.1.1 is this machine'],
  [['::1'], 'dn1: ::1 is this machine'],
  [['169.254.1.1'], 'dn1: 169.254.1.1 is a link-local address'],
  [['10.1.2.3', '169.254.1.1'], 'dn1: 169.254.1.1 is a link-local address'],
  [['fe80::1'], 'dn1: fe80::1 is a link-local address'],
  [['::ffff:169.254.1.1'], 'dn1: ::ffff:169.254.1.1 is a link-local address'],
  [['fd00:ec2::254'], 'dn1: fd00:ec2::254 is a link-local address'],
])('a redirect to a name that stands for %j: %s', async (found, fault) => {
  const error = await faultOf('dn1', addresses(...found), far)
  expect(error?.message).toBe(fault && `a NameNode redirects to ${fault}`)
})

it.each([
  ['is listed', { ...far, isListed: true }],
  ['comes from this machine', { ...far, from: '127.0.0.1' }],
  ['comes from this machine, by name', { ...far, from: 'localhost.' }],
  ['comes from this machine, by one of its addresses', { ...far, from: ownAddress() }],
])('a redirect to a name that stands for this machine is followed where it %s', async (_, redirected) => {
  expect(await faultOf('dn1', addresses('127.0.0.1'), redirected)).toBeUndefined()
  expect(await faultOf('dn1', addresses('169.254.1.1'), redirected)).toBeDefined()
})

/** Of the network, where it has one. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}

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
