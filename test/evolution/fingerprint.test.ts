import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../shared/evolution/fingerprint.ts'
import { fnv1a64 } from '../../shared/evolution/fnv.ts'

const file = (name: string, etag?: string) => ({
  path: `s3://lake/orders/01/${name}`,
  size: 10,
  modified: 1_795_225_000_000,
  ...(etag === undefined ? {} : { etag }),
})

describe('the fingerprint of a folder', () => {
  it('is count, bytes and newest time', () => {
    expect(fingerprintOf([file('a'), { ...file('b'), size: 5, modified: 7 }])).toBe('2:15:1795225000000@2')
    expect(fingerprintOf([])).toBe('0:0:0@2')
  })

  it('has a hash behind where files have etags', () => {
    expect(fingerprintOf([file('a', '"1"'), file('b')])).toMatch(/^2:20:1795225000000:[0-9a-f]{16}@2$/)
  })

  it('tells a file replaced within a second by one of equal size', () => {
    expect(fingerprintOf([file('a', '"1"')])).not.toBe(fingerprintOf([file('a', '"2"')]))
  })

  it('tells which file has which etag', () => {
    expect(fingerprintOf([file('a', '"1"'), file('b', '"2"')])).not.toBe(
      fingerprintOf([file('a', '"2"'), file('b', '"1"')]),
    )
  })

  it('is the same in any order of the files, and however the lake is spelled', () => {
    const [a, b] = [file('a', '"1"'), file('b', '"2"')]
    const spelled = { ...a, path: a.path.replace('s3:', 's3a:') }
    expect(fingerprintOf([b, spelled])).toBe(fingerprintOf([a, b]))
  })
})

describe('FNV-1a of 64 bits', () => {
  // The authors' vectors: isthe.com/chongo/src/fnv/test_fnv.c.
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('of %j is %s', (text, expected) => {
    expect(fnv1a64(text)).toBe(expected)
  })

  it('agrees with its definition on any UTF-8', () => {
    const text = 'città=münchen 東京 🚀 '.repeat(20)
    const defined = [...new TextEncoder().encode(text)].reduce(
      (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n),
      0xcbf29ce484222325n,
    )
    expect(fnv1a64(text)).toBe(defined.toString(16).padStart(16, '0'))
  })
})
