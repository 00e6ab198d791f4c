import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { childLocation, nameOf, resolveLocation, schemeOf } from '../../shared/storages/location.ts'

describe('resolveLocation', () => {
  it.each([
    ['./golden', '/home/me/golden'],
    ['golden/', '/home/me/golden'],
    ['../golden', '/home/golden'],
    ['/data//golden/', '/data/golden'],
    ['/', '/'],
    ['file:///data/golden/', '/data/golden'],
    ['file:/data/golden', '/data/golden'],
    ['file://localhost/data', '/data'],
    ['file:///a%3Ab c', '/a%3Ab c'],
    ['ts=10:00/x', '/home/me/ts=10:00/x'],
    ['hdfs://ns/golden/', 'hdfs://ns/golden'],
    ['hdfs://ns//golden//a%3Ab/', 'hdfs://ns/golden/a%3Ab'],
    ['hdfs://ns/', 'hdfs://ns'],
    ['hdfs://ns', 'hdfs://ns'],
    ['hdfs:///golden/', 'hdfs:///golden'],
    ['hdfs:/golden', 'hdfs:///golden'],
    ['hdfs:/', 'hdfs://'],
    ['s3://bucket/golden/', 's3://bucket/golden'],
  ])('makes %s %s', (location, expected) => {
    expect(resolveLocation(location, '/home/me')).toBe(expected)
  })

  it('refuses a file location with a host', () => {
    expect(() => resolveLocation('file://data/golden')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('file:///data/golden'),
      }),
    )
  })

  it('is resolved once and for all', () => {
    const location = fc.tuple(fc.constantFrom('', '/', './', 'file:///', 'hdfs://ns/', 'hdfs:/'), fc.string())
    fc.assert(
      fc.property(location, ([start, rest]) => {
        const once = resolveLocation(start + rest, '/home/me')
        expect(resolveLocation(once, '/elsewhere')).toBe(once)
      }),
    )
  })
})

describe('a child’s location', () => {
  it.each([
    ['/', 'a', '/a'],
    ['/data', 'a', '/data/a'],
    ['hdfs://ns', 'a', 'hdfs://ns/a'],
  ])('of %s and %s is %s', (directory, name, expected) => {
    expect(childLocation(directory, name)).toBe(expected)
    expect(nameOf(expected)).toBe(name)
  })
})

describe('the scheme', () => {
  it.each([
    ['/data', 'file'],
    ['FILE:///data', 'file'],
    ['HDFS://ns/golden', 'hdfs'],
    ['a:b', 'file'],
  ])('of %s is %s', (location, expected) => {
    expect(schemeOf(location)).toBe(expected)
  })
})
