import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { principalsOf } from '../../shared/credentials/keytab.ts'

const sized = (text: string) => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}
const word = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
/** As MIT writes it: names, type, time, version, key. */
const entry = (realm: string, ...names: string[]) => {
  const body = Buffer.concat([
    Buffer.from([0, names.length]),
    ...[realm, ...names].map(sized),
    word(1),
    word(1_700_000_000),
    Buffer.from([2, 0, 18]),
    sized('k'.repeat(32)),
  ])
  return Buffer.concat([word(body.length), body])
}
const keytab = (...parts: Buffer[]) => Buffer.concat([Buffer.from([5, 2]), ...parts])

describe('a keytab', () => {
  it('tells its principals, each once, past the holes', () => {
    const hole = Buffer.concat([word(-5), Buffer.alloc(5)])
    const file = keytab(
      entry('R.TEST', 'ann'),
      hole,
      entry('R.TEST', 'hive', 'host.test'),
      entry('R.TEST', 'ann'),
    )
    expect(principalsOf(file)).toEqual(['ann@R.TEST', 'hive/host.test@R.TEST'])
    expect(principalsOf(keytab())).toEqual([])
    expect(principalsOf(keytab(word(0)))).toEqual([])
  })

  it('that is none, or cut off, is told by undefined', () => {
    expect(principalsOf(Buffer.from('root:x:0:0'))).toBeUndefined()
    expect(principalsOf(keytab(entry('R.TEST', 'ann').subarray(0, 12)))).toBeUndefined()
  })

  it('of any bytes ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => void principalsOf(keytab(Buffer.from(bytes)))),
    )
  })
})
