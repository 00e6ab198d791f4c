import { describe, expect, test } from 'vitest'
import { firstSchema } from '../../shared/iceberg/schema.ts'
import { identitySpec, keysOf, partitionOf, valuesOf } from '../../shared/iceberg/spec.ts'
import type { Column } from '../../shared/schema/table.ts'

const keys: readonly Column[] = [
  { name: 'region', type: { kind: 'string' } },
  { name: 'day', type: { kind: 'date' } },
  { name: 'hr', type: { kind: 'smallint' } },
  { name: 'big', type: { kind: 'bigint' } },
]
const names = keys.map(({ name }) => name)
const { schema } = firstSchema([{ name: 'a', type: { kind: 'int' } }], keys)
const spec = identitySpec(schema, names)

describe('a spec of identity fields', () => {
  test('has ids from 1000, and tells its keys', () => {
    expect(spec.fields.map(field => [field['field-id'], field['source-id'], field.name])).toEqual([
      [1000, 2, 'region'],
      [1001, 3, 'day'],
      [1002, 4, 'hr'],
      [1003, 5, 'big'],
    ])
    expect(keysOf(spec, schema)).toEqual(names)
    expect(
      keysOf({ ...spec, fields: spec.fields.map(field => ({ ...field, transform: 'bucket[4]' })) }, schema),
    ).toBeUndefined()
  })

  test.each([
    [
      ['eu', '2026-11-28', '7', '9223372036854775807'],
      ['eu', 20_785, 7, 9223372036854775807n],
    ],
    [
      ['', '1969-12-31', '-1', '-9223372036854775808'],
      ['', -1, -1, -9223372036854775808n],
    ],
    [Array(4).fill('__HIVE_DEFAULT_PARTITION__'), [null, null, null, null]],
  ])('%s ⇄ what manifests hold', (values, partition) => {
    expect(partitionOf(spec, schema, values)).toEqual(partition)
    expect(valuesOf(spec, schema, partition)).toEqual(values)
  })

  test.each([
    [['eu', '2026-02-30', '7', '1'], /"2026-02-30" is no date, which partition key day is/],
    [['eu', '2026-02-20', '2147483648', '1'], /is no int/],
    [['eu', '2026-02-20', '7', 'x'], /is no long/],
    [['eu'], /1 partition values for 4 keys/],
  ])('refuses %s', (values, message) => {
    expect(() => partitionOf(spec, schema, values)).toThrow(message)
  })

  test('is made of key types only', () => {
    const { schema: odd } = firstSchema([], [{ name: 'k', type: { kind: 'double' } }])
    expect(() => identitySpec(odd, ['k'])).toThrow(/partition key k is double/)
  })
})
