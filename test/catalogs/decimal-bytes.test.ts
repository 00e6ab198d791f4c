import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalBytes } from '../../shared/catalogs/decimal-bytes.ts'

test('integers become the bytes of Java’s BigInteger.toByteArray', () => {
  const bytes = [0n, 1n, 127n, 128n, 255n, -1n, -128n, -129n, 65_536n].map(value => [...decimalBytes(value)])
  expect(bytes).toEqual([[0], [1], [127], [0, 128], [0, 255], [255], [128], [255, 127], [1, 0, 0]])
})

test('and the same integers again', () => {
  const property = fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), value => {
    const hex = Buffer.from(decimalBytes(value)).toString('hex')
    expect(BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`))).toBe(value)
  })
  fc.assert(property)
})
