import { expect, test } from 'vitest'
import type { Table } from '../../shared/schema/table.ts'
import { memoryOf, printMemory, REMEMBERED, remember } from '../../shared/state/remembered.ts'

const tableWith = (text: string | undefined): Table => ({
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: [],
  partitionKeys: [],
  location: '/lake/orders',
  parameters: text === undefined ? {} : { [REMEMBERED]: text },
})

const held = (name: string, shape = 'null') => ({
  path: [name, '[]', 'b.c'],
  shape,
  partition: '2019/09/01/06',
})

test('what is printed is read as itself: names with dots, types, how far it was filled', () => {
  const typed = { ...held('m'), shape: 'typed', type: { kind: 'array', element: { kind: 'int' } } } as const
  for (const memory of [
    { of: 'all', after: '', outside: 0, held: [] },
    { of: 'all', after: '', outside: 0, held: [held('a'), typed] },
    { of: 'unknown', after: '2019/09/01/05', outside: 0, held: [held('a')] },
    { of: 'unknown', after: '2019/09/01/05', outside: 3, held: [held('a')] },
    { of: 'unknown', after: '', outside: 1, held: [] },
    { of: 'inside', after: '', outside: 12, held: [held('a')] },
  ] as const) {
    expect(memoryOf(tableWith(printMemory(memory)[REMEMBERED]))).toEqual(memory)
  }
})

test.each([
  undefined,
  '',
  '{',
  '{}',
  '[["a"]]',
  '["all",["a"]]',
  '["all",["null","p","",[]]]',
  '["all",[1,"p","","a"]]',
  '["0 outside"]',
  '[" outside"]',
])('what is broken, or absent, says nothing: %s', text => {
  expect(memoryOf(tableWith(text)).held).toEqual([])
  expect(memoryOf(tableWith(text)).of).toBe('unknown')
})

test('of a table that is new all is known', () => {
  expect(memoryOf(undefined)).toEqual({ of: 'all', after: '', outside: 0, held: [] })
})

test('it is bounded, and says so where something had no room', () => {
  const many = Array.from({ length: 200 }, (_, at) => held(`column_${at}`))
  for (const after of ['', '2019/09/01/05']) {
    const text = printMemory({ of: after ? 'unknown' : 'all', after, outside: 0, held: many })[REMEMBERED]!
    expect(text.length).toBeLessThanOrEqual(3500)
    const read = memoryOf(tableWith(text))
    expect([read.of, read.held]).toEqual(['overflow', many.slice(0, read.held.length)])
  }
})

test('nothing new leaves it as it is: one entry for a name and a shape, not for a file', () => {
  const memory = remember(memoryOf(undefined), [held('a'), held('b')])
  expect(remember(memory, [{ ...held('a'), partition: '2019/09/01/07' }])).toBe(memory)
  expect(remember(memory, [held('a', 'null-bytes')]).held).toHaveLength(3)
})

test('a table of 120 columns with bloom filters has room, and what is no packing comes first', () => {
  const blooms = Array.from({ length: 120 }, (_, at) => ({
    ...held(`c_${at}`, 'bloom-int32'),
    path: [`column_${at}`],
  }))
  const memory = { of: 'all', after: '', outside: 0, held: [...blooms, held('late')] } as const
  expect(memoryOf(tableWith(printMemory(memory)[REMEMBERED]))).toEqual({
    ...memory,
    held: [held('late'), ...blooms],
  })
})
