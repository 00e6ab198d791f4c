import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeColumns } from '../../shared/evolution/merge.ts'
import { diffFiles } from '../../shared/inspect/schema-diff.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column } from '../../shared/schema/table.ts'
import { printType } from '../../shared/schema/type.ts'
import { dataFile } from '../support/observed.ts'
import { anyColumns } from '../support/types.ts'

const file = (name: string, columns: readonly Column[]): DataFile => ({ ...dataFile('01', name), columns })
const kinds = (table: DataFile, ...files: DataFile[]) =>
  diffFiles(table, files).changes.map(({ kind, name }) => `${kind} ${name}`)

describe('what new files change in a table', () => {
  it('is nothing where they are as the table', () => {
    fc.assert(
      fc.property(anyColumns, columns => {
        expect(diffFiles(file('a', columns), [file('b', columns)])).toMatchObject({ changes: [], held: [] })
      }),
      { numRuns: 1000 },
    )
  })

  it('is what the merge of their columns says, or they are held back', () => {
    fc.assert(
      fc.property(anyColumns, anyColumns, (have, got) => {
        const { changes, held, diagnostics } = diffFiles(file('a', have), [file('b', got)])
        const merged = mergeColumns(have, got)
        expect(held).toHaveLength(merged.conflicts.length > 0 ? 1 : 0)
        if (held.length > 0) {
          expect(changes).toEqual([])
          expect(diagnostics.map(({ code }) => code)).toEqual(['INCOMPATIBLE_TYPE'])
          return
        }
        const types = new Map(have.map(({ name, type }) => [name, type]))
        for (const change of changes) {
          if (change.kind === 'added') types.set(change.name, change.type)
          if (change.kind === 'changed') types.set(change.name, change.to)
        }
        const text = (columns: Iterable<readonly [string, Column['type']]>) =>
          [...columns].map(([name, type]) => `${name} ${printType(type)}`)
        expect(text(types)).toEqual(text(merged.columns.map(({ name, type }) => [name, type] as const)))
      }),
      { numRuns: 1000 },
    )
  })

  it('takes the files in the order given, each by itself', () => {
    const diff = diffFiles(dataFile('01', 'a', 'id int'), [
      dataFile('03', 'b', 'id bigint', 'x string'),
      dataFile('02', 'c', 'id string'),
      dataFile('01', 'd', 'id int', 'y date'),
    ])
    expect(diff.changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['changed id', 'added x', 'added y', 'missing y', 'kept id', 'missing x'],
    ])
    expect(diff.held).toEqual([dataFile('02', 'c').path])
  })

  it('reaches registered partitions where a scalar gets wider, not where fields are appended', () => {
    const table = dataFile('01', 'a', 's struct<x:int>', 'l array<struct<x:int>>')
    const appended = dataFile('02', 'b', 's struct<x:int,y:int>', 'l array<struct<x:bigint>>')
    expect(diffFiles(table, [appended]).changes).toMatchObject([
      { name: 's', partitions: false },
      { name: 'l', partitions: true },
    ])
  })

  it('says nothing of a column that is left out, but is there', () => {
    const [table, half] = [dataFile('01', 'a', 'a int', 'b int'), dataFile('02', 'b', 'a int')]
    expect(kinds(table, half)).toEqual(['missing b'])
    expect(kinds(table, { ...half, allNames: ['a', 'b'] })).toEqual([])
  })

  it('is nothing where no table can be made of the first', () => {
    const empty = dataFile('01', 'a')
    expect(diffFiles(empty, [dataFile('02', 'b', 'id int')])).toMatchObject({
      changes: [],
      held: [empty.path],
      diagnostics: [{ code: 'NO_COLUMNS' }],
    })
  })
})
