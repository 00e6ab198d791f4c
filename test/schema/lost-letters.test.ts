import { expect, test } from 'vitest'
import { hasOtherLetters, isWithoutLetters } from '../../shared/schema/lost-letters.ts'

test.each([
  ['??????', 'заказы'],
  ['a/?/b', 'a/注文/b'],
  ['a/??/b', 'a/注文/b'],
  ['????', '🚀?ж'],
  ['hdfs://nn/lake/??', 'hdfs://nn/lake/注文'],
])('%j is what a database of Latin-1 makes of %j', (kept, text) => {
  expect(isWithoutLetters(kept, text)).toBe(true)
})

test.each([
  ['заказы', 'заказы'],
  ['orders', 'заказы'],
  ['????', 'orders'],
  ['citt?', 'città'],
  ['a/?/c', 'a/注文/b'],
  ['?', '?'],
])('%j is not made of %j', (kept, text) => {
  expect(isWithoutLetters(kept, text)).toBe(false)
})

test.each([
  ['orders', false],
  ['città ÿ', false],
  ['注文', true],
  ['€', true],
])('%j has letters beyond Latin-1: %s', (text, has) => {
  expect(hasOtherLetters(text)).toBe(has)
})
