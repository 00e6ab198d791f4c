import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { principalsOf } from '../../shared/credentials/keytab.ts'
import { keytabEntry as entry, keytab, word } from '../support/keytab.ts'

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
