import { expect, test } from 'vitest'
import { reviewPartitions } from '../../shared/decide/hold-back.ts'
import type { TableFields } from '../../shared/schema/iceberg-schema.ts'
import { dataFile, hourOf } from '../support/observed.ts'
import { columns } from '../support/types.ts'

const KEYS = columns('year string', 'month string', 'day string', 'hour string')

/** A file with a time that is stored so. */
const timed = (hour: string, name: string, form: string) => ({
  ...dataFile(hour, name, 'id int', 'at timestamp'),
  stored: {
    fields: [
      { name: 'ID', form: 'INT32' },
      { name: 'at', form },
    ],
    sizes: [1, 1],
  },
})

const UTC = timed('01', 'utc', 'INT64 TIMESTAMP(MICROS)')
const local = (hour: string) => timed(hour, 'local', 'INT64 TIMESTAMP(MICROS) LOCAL')

function review(
  observed: ReturnType<typeof hourOf>[],
  fields?: TableFields,
  mode: 'additive' | 'frozen' = 'additive',
) {
  return reviewPartitions({
    columns: fields ? columns('id int', 'at timestamp') : undefined,
    partitionKeys: KEYS,
    observed,
    registered: new Set(),
    mode,
    visibility: 'file',
    table: 'golden.orders',
    iceberg: { fields },
  })
}

const codes = ({ diagnostics }: ReturnType<typeof review>) => diagnostics.map(({ code }) => code)

test('the first file says what a time is, and those that have it otherwise are held back alone', () => {
  const reviewed = review([hourOf('01', [UTC, local('01')]), hourOf('02', [local('02')])])
  expect(codes(reviewed)).toEqual(['ICEBERG_TYPE', 'ICEBERG_TYPE'])
  expect(reviewed.accepted.map(({ files }) => files.map(({ path }) => path))).toEqual([[UTC.path]])
  expect(reviewed.fields?.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'id int',
    'at timestamptz',
    'year string',
    'month string',
    'day string',
    'hour string',
  ])
  expect(reviewed.fields?.mapping[0]?.names).toEqual(['id', 'ID'])
})

test('a table says it from then on, also where it may not grow', () => {
  const { fields } = review([hourOf('01', [local('01')])])
  expect(fields?.schema.fields[1]?.type).toBe('timestamp')
  for (const mode of ['additive', 'frozen'] as const)
    expect(
      codes(review([hourOf('02', [timed('02', 'utc', 'INT64 TIMESTAMP(MICROS)')])], fields, mode)),
    ).toEqual(['ICEBERG_TYPE'])
  const more = { ...local('02'), columns: columns('id int', 'at timestamp', 'more int') }
  expect(review([hourOf('02', [more])], fields, 'frozen').fields?.schema).toBe(fields?.schema)
})

test('catalogs that no Iceberg reader reads take both', () => {
  const reviewed = reviewPartitions({
    columns: undefined,
    partitionKeys: KEYS,
    observed: [hourOf('01', [UTC, local('01')])],
    registered: new Set(),
    mode: 'additive',
    visibility: 'file',
    table: 'golden.orders',
  })
  expect([codes(reviewed), reviewed.fields]).toEqual([[], undefined])
})
