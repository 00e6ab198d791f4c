import { describe, expect, it } from 'vitest'
import { redirectTarget } from '../../../shared/storages/webhdfs/redirect.ts'

const PATH = '/webhdfs/v1/golden/x?op=OPEN'
const plain = new URL(`http://nn1.lake.example:9870${PATH}`)
const secure = new URL(`https://nn1.lake.example:9871${PATH}`)

describe('a redirect', () => {
  it.each([
    ['to a DataNode', `http://dn7.lake.example:9864${PATH}`, plain, undefined],
    ['to an address', `http://10.1.2.3:9864${PATH}`, plain, undefined],
    ['from http to https', `https://dn7.lake.example:9865${PATH}`, plain, undefined],
    ['from https to https', `https://dn7.lake.example:9865${PATH}`, secure, undefined],
    ['to itself', PATH, plain, undefined],
    ['to a gateway', 'https://knox:8443/gateway/default/webhdfs/data/v1/golden/x?_=abc', secure, undefined],
    ['to a listed host', `http://DN7.lake.example:9864${PATH}`, plain, ['dn7.lake.example']],
    ['to a listed domain', `http://dn7.lake.example:9864${PATH}`, plain, ['*.Lake.Example']],
  ])('is followed %s', (_, location, from, allowed) => {
    expect(redirectTarget(location, from, allowed).href).toBe(new URL(location, from).href)
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
    ['to a link-local address', `http://169.254.1.1${PATH}`, plain, undefined, 'a link-local address'],
    [
      'to a link-local address written as IPv6',
      `http://[::ffff:a9fe:101]${PATH}`,
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
    expect(() => redirectTarget(location, from, allowed)).toThrow(reason)
  })

  it.each([undefined, 'http://', 'http://[::'])('is DATA_INVALID to %s', location => {
    expect(() => redirectTarget(location, plain, undefined)).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID' }),
    )
  })

  it('never shows the token in its query', () => {
    const location = `http://169.254.1.1${PATH}&delegation=SECRET`
    expect(() => redirectTarget(location, plain, undefined)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('SECRET') }),
    )
  })
})
