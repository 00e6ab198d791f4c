import { expect, test } from 'vitest'
import { readConfig } from '../support/config.ts'

const typesOf = (types: string, topic: string) => {
  const text = `lakes: [{location: /lake, types: ${types}}]\ncatalogs: {c: {kind: duckdb, file: c.duckdb}}`
  return readConfig(text, 'x', {}).lakes[0]?.typesOf(topic)
}

const USUAL = {
  hive3: false,
  binaryAsString: false,
  unsigned: 'warn',
  nullColumns: 'hold',
  unreadable: 'hold',
  oldDates: 'hold',
  widenFloat: false,
  widenDecimal: false,
}

test('types are mapped as usual unless the lake says otherwise', () => {
  expect(typesOf('{}', 'orders')).toEqual(USUAL)
  expect(typesOf('{hive3: true, unsigned: hold}', 'orders')).toEqual({
    ...USUAL,
    hive3: true,
    unsigned: 'hold',
  })
})

test('each choice can be one of topics', () => {
  const types = `{hive3: ['orders*'], widenDecimal: [clicks], unsigned: {'raw_*': hold}}`
  expect(typesOf(types, 'orders_eu')).toEqual({ ...USUAL, hive3: true })
  expect(typesOf(types, 'clicks')).toEqual({ ...USUAL, widenDecimal: true })
  expect(typesOf(types, 'raw_orders')).toEqual({ ...USUAL, unsigned: 'hold' })
})
