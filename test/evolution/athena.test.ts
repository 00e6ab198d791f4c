import { describe, expect, test } from 'vitest'
import { athenaFindings } from '../../shared/evolution/athena.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import { parseType } from '../../shared/schema/type.ts'
import { columns } from '../support/types.ts'

const table = { database: 'golden', name: 'orders' }
const codes = (found: readonly Diagnostic[]) =>
  found.map(({ code, severity, column }) => `${severity} ${code} ${column}`)

describe('a name', () => {
  const added = (...texts: string[]): Change => ({ kind: 'addColumns', table, columns: columns(...texts) })

  test.each([
    ['größe int', 'the name of column größe'],
    ['with-dash int', 'the name of column with-dash'],
    ['s struct<a:array<struct<b$:int>>>', 'the field name b$ in column s'],
    ['m map<string,struct<ö:int>>', 'the field name ö in column m'],
  ])('that Athena does not support is told when it comes to the table: %s', (text, what) => {
    const [found, ...more] = athenaFindings([added(text)], 0)
    expect([found?.code, found?.message, more]).toEqual(['ATHENA_NAME', expect.stringContaining(what), []])
  })

  test('of letters, digits and _ is fine, and of a field with capitals or a dot too', () => {
    expect(athenaFindings([added('_id2 int', '2nd int', 's struct<Ab.c:int>')], 0)).toEqual([])
  })

  test('is told of new tables, their partition keys too, and of fields that come to a struct', () => {
    const made: Change = {
      kind: 'createTable',
      table: {
        name: table,
        kind: 'external',
        format: 'parquet',
        columns: columns('id int', 'né date'),
        partitionKeys: columns('día string'),
        location: 's3://lake/orders',
        parameters: {},
      },
    }
    expect(codes(athenaFindings([made], 0))).toEqual(['warning ATHENA_NAME né', 'warning ATHENA_NAME día'])
    const retype = { name: 's', from: parseType('struct<a:int>'), to: parseType('struct<a:int,é:int>') }
    const changed: Change = { kind: 'changeColumnTypes', table, columns: [retype], cascade: true }
    expect(codes(athenaFindings([changed], 0))).toEqual(['warning ATHENA_NAME s'])
  })
})

describe('a type change', () => {
  const change = (from: string, to: string, cascade = false): Change => ({
    kind: 'changeColumnTypes',
    table,
    columns: [{ name: 'c', from: parseType(from), to: parseType(to) }],
    cascade,
  })

  test.each([
    ['tinyint', 'bigint'],
    ['smallint', 'int'],
    ['int', 'bigint'],
    ['float', 'double'],
  ])('that Athena converts is not told: %s to %s', (from, to) => {
    expect(athenaFindings([change(from, to)], 7)).toEqual([])
  })

  test.each([
    ['array<int>', 'array<bigint>'],
    ['struct<a:int>', 'struct<a:int,b:int>'],
    ['decimal(9,2)', 'decimal(12,2)'],
  ])('that it is not documented to convert is told: %s to %s', (from, to) => {
    expect(codes(athenaFindings([change(from, to)], 7))).toEqual(['info ATHENA_SCHEMA_MISMATCH c'])
    expect(athenaFindings([change(from, to)], 7)[0]?.fix).toContain('the 7 registered partitions get')
    expect(codes(athenaFindings([change(from, to)], 0))).toEqual(['warning ATHENA_SCHEMA_MISMATCH c'])
  })

  test('that takes the partitions along leaves nothing to tell', () => {
    expect(athenaFindings([change('array<int>', 'array<bigint>', true)], 0)).toEqual([])
  })
})
