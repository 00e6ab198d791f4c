import { describe, expect, it } from 'vitest'
import { type Allowed, redirectTarget } from '../../../shared/storages/webhdfs/redirect.ts'

const PATH = '/webhdfs/v1/golden/x?op=OPEN'

/** A question for /golden/x. @param root of the REST interface */
const asked = (root: string) => ({ url: new URL(`${root}/golden/x?op=OPEN`), root })
const plain = asked('http://nn1.lake.example:9870/webhdfs/v1')
const secure = asked('https://nn1.lake.example:9871/webhdfs/v1')
const knox = asked('https://knox:8443/gateway/default/webhdfs/v1')
const ozone = asked('https://knox:8443/gateway/ozone/httpfs/v1')
const local = asked('http://127.0.0.1:9870/webhdfs/v1')

const allowing = (redirectHosts?: readonly string[], throughGateway = false): Allowed => ({
  redirectHosts,
  throughGateway,
})

describe('a redirect', () => {
  it.each([
    ['to a DataNode', `http://dn7.lake.example:9864${PATH}`, plain, undefined],
    ['to an address', `http://10.1.2.3:9864${PATH}`, plain, undefined],
    ['from http to https', `https://dn7.lake.example:9865${PATH}`, plain, undefined],
    ['from https to https', `https://dn7.lake.example:9865${PATH}`, secure, undefined],
    ['to itself', PATH, plain, undefined],
    [
      'within Knox, beside the path that was asked',
      'https://knox:8443/gateway/default/webhdfs/data/v1/webhdfs/v1/golden/x?_=AAAACA__-2u',
      knox,
      undefined,
    ],
    [
      'within Ozone behind Knox',
      'https://knox:8443/gateway/ozone/httpfs/v1/golden/x?data=true',
      ozone,
      undefined,
    ],
    [
      'to a folder that a router calls otherwise',
      'http://dn7.lake.example:9864/webhdfs/v1/ns0/x',
      plain,
      undefined,
    ],
    ['from this machine to itself', `http://localhost:9864${PATH}`, local, undefined],
    ['to this machine, listed', `http://127.0.0.1:9864${PATH}`, plain, ['127.0.0.1']],
    ['to a listed host', `http://DN7.lake.example:9864${PATH}`, plain, ['dn7.lake.example']],
    ['to a listed domain', `http://dn7.lake.example:9864${PATH}`, plain, ['*.Lake.Example']],
  ])('is followed %s', (_, location, from, allowed) => {
    const target = redirectTarget(location, from, allowing(allowed))
    expect(target.href).toBe(new URL(location, from.url).href)
  })

  it.each([
    [
      'from https to http',
      `http://dn7.lake.example:9864${PATH}`,
      secure,
      undefined,
      'from https to plain http',
    ],
    ['to another scheme', 'file:///golden/x', plain, undefined, 'not http or https'],
    ['to what is not WebHDFS', 'http://10.1.2.3/golden/x', plain, undefined, 'not a WebHDFS path'],
    ['to another file', 'http://10.1.2.3/webhdfs/v1/golden/y', plain, undefined, 'not the file'],
    ['to WebHDFS further down', `http://10.1.2.3/admin${PATH}`, plain, undefined, 'not a WebHDFS path'],
    [
      'to another topology of Knox',
      'https://knox:8443/gateway/admin/webhdfs/data/v1/golden/x',
      knox,
      undefined,
      'not a WebHDFS path',
    ],
    ['to an address with a password', `http://a:b@10.1.2.3${PATH}`, plain, undefined, 'with a user'],
    ['to this machine', `http://127.0.0.1:9864${PATH}`, plain, undefined, 'this machine'],
    ['to this machine by name', `http://localhost:9864${PATH}`, plain, undefined, 'this machine'],
    ['to this machine in IPv6', `http://[::1]:9864${PATH}`, plain, undefined, 'this machine'],
    [
      'to a link-local address, though listed',
      `http://169.254.1.1${PATH}`,
      plain,
      ['169.254.1.1'],
      'link-local',
    ],
    ['to a link-local address', `http://169.254.1.1${PATH}`, plain, undefined, 'a link-local address'],
    [
      'to a link-local address written as IPv6',
      `http://[::ffff:a9fe:101]${PATH}`,
      plain,
      undefined,
      'a link-local address',
    ],
    [
      'to the address of AWS for metadata',
      `http://[FD00:0EC2::254]${PATH}`,
      plain,
      undefined,
      'a link-local address',
    ],
    ['to a link-local IPv6 address', `http://[fe80::1]${PATH}`, plain, undefined, 'a link-local address'],
    [
      'to a host that is not listed',
      `http://evil.example${PATH}`,
      plain,
      ['*.lake.example'],
      'storage.redirectHosts',
    ],
    [
      'to a look-alike',
      `http://evil-lake.example${PATH}`,
      plain,
      ['*.lake.example'],
      'storage.redirectHosts',
    ],
    [
      'to a host with the listed one in front',
      `http://dn7.evil.example${PATH}`,
      plain,
      ['dn7'],
      'storage.redirectHosts',
    ],
  ])('is refused %s', (_, location, from, allowed, reason) => {
    expect(() => redirectTarget(location, from, allowing(allowed))).toThrow(reason)
  })

  it('of a gateway that knows a secret stays there, unless the other is listed', () => {
    const location = `https://dn7.lake.example:9865${PATH}`
    expect(() => redirectTarget(location, knox, allowing(undefined, true))).toThrow('than the gateway')
    expect(redirectTarget(location, knox, allowing(['*.lake.example'], true)).host).toBe(
      'dn7.lake.example:9865',
    )
  })

  it.each([undefined, 'http://', 'http://[::'])('is DATA_INVALID to %s', location => {
    expect(() => redirectTarget(location, plain, allowing())).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID' }),
    )
  })

  it('never shows the token in its query', () => {
    const location = `http://169.254.1.1${PATH}&delegation=SECRET`
    expect(() => redirectTarget(location, plain, allowing())).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('SECRET') }),
    )
  })
})
