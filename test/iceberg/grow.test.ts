import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeColumns } from '../../shared/evolution/merge.ts'
import { growFields } from '../../shared/iceberg/grow.ts'
import { hintKey } from '../../shared/iceberg/hints.ts'
import { idsOfMapping, isOfColumns, mappedIds, mappedKey } from '../../shared/iceberg/ids.ts'
import { pathsOf } from '../../shared/iceberg/paths.ts'
import type { TableFields } from '../../shared/schema/iceberg-schema.ts'
import type { StoredField } from '../../shared/schema/stored.ts'
import type { Column } from '../../shared/schema/table.ts'
import type { Type } from '../../shared/schema/type.ts'
import { anyColumns, columns } from '../support/types.ts'

const KEYS = columns('part_key string')

/** As a file has a column of the type; what forms there are is not the question here. */
function storedAs(name: string, type: Type): StoredField {
  switch (type.kind) {
    case 'array':
      return { name, form: 'list', fields: [storedAs('item', type.element)] }
    case 'map':
      return { name, form: 'map', fields: [storedAs('k', type.key), storedAs('v', type.value)] }
    case 'struct':
      return { name, form: 'struct', fields: type.fields.map(field => storedAs(field.name, field.type)) }
    default:
      return { name, form: 'INT32' }
  }
}

const fileOf = (all: readonly Column[]) => ({
  fields: all.map(({ name, type }) => storedAs(name.toUpperCase(), type)),
  sizes: [],
})

const idsIn = ({ schema }: TableFields) =>
  new Map([...pathsOf(schema.fields, [])].map(([id, path]) => [hintKey(path), id]))

describe('a table’s fields', () => {
  test('keep their ids, whatever files come: no id is given twice, and the mapping finds each', () => {
    fc.assert(
      fc.property(fc.array(anyColumns, { minLength: 1, maxLength: 5 }), files => {
        let have: readonly Column[] = []
        let fields: TableFields | undefined
        for (const file of files) {
          const merged = mergeColumns(have, file, { widenDecimal: true, widenFloat: true })
          if (merged.conflicts.length > 0) continue
          have = merged.columns
          const before = fields
          fields = growFields(before, { columns: have, keys: KEYS }, [fileOf(file)])
          const [was, is] = [before ? idsIn(before) : new Map<string, number>(), idsIn(fields)]
          for (const [path, id] of was) expect(is.get(path)).toBe(id)
          const ids = [...is.values()]
          expect(new Set(ids).size).toBe(ids.length)
          expect(Math.max(...ids, before?.lastColumnId ?? 0)).toBeLessThanOrEqual(fields.lastColumnId)
          const mapped = mappedIds(fields.mapping)
          for (const [id, path] of pathsOf(fields.schema.fields, []))
            if (path[0] !== 'part_key') expect(mapped.get(mappedKey(path))).toBe(id)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('are themselves where a file brings nothing new', () => {
    const all = columns('a int', 'l array<struct<x:int>>')
    const fields = growFields(undefined, { columns: all, keys: KEYS }, [fileOf(all)])
    expect(growFields(fields, { columns: all, keys: KEYS }, [fileOf(all)])).toBe(fields)
    expect(growFields(fields, { columns: all, keys: KEYS }, [{ fields: [], sizes: [] }])).toBe(fields)
  })

  test('give no id that a file has for something else', () => {
    const all = columns('a int')
    const file = {
      fields: [
        { name: 'a', form: 'INT32', id: 1 },
        { name: 'odd', form: 'other', id: 40 },
      ],
      sizes: [],
    }
    const fields = growFields(undefined, { columns: all, keys: KEYS }, [file])
    const after = growFields(fields, { columns: columns('a int', 'b int'), keys: KEYS }, [
      fileOf(columns('b int')),
    ])
    expect(after.schema.fields.find(({ name }) => name === 'b')?.id).toBeGreaterThan(40)
    // A server tells the highest id of its schemas: the mapping remembers the file's.
    const plain = growFields(undefined, { columns: all, keys: KEYS }, [fileOf(all)])
    const { lastColumnId } = plain
    const odd = { ...growFields(plain, { columns: all, keys: KEYS }, [file]), lastColumnId }
    const grown = growFields(odd, { columns: columns('a int', 'b int'), keys: KEYS }, [])
    expect(grown.schema.fields.find(({ name }) => name === 'b')?.id).toBe(41)
  })

  test('have ids of their own for names that no column has, and each once', () => {
    const wanted = { columns: columns('a int'), keys: KEYS }
    const first = growFields(undefined, wanted, [fileOf(columns('a int', 'y int'))])
    const second = growFields(first, wanted, [fileOf(columns('z struct<w:int>'))])
    const ids = idsOfMapping(second.mapping)
    expect(new Set(ids).size).toBe(4)
    expect([second.lastColumnId, ids.filter(isOfColumns)]).toEqual([2, [1]])
    expect(second.schema).toBe(first.schema)
  })

  test('map a name to the column that somebody else has made of it', () => {
    const wanted = { columns: columns('a int'), keys: KEYS }
    const first = growFields(undefined, wanted, [fileOf(columns('a int', 'y int'))])
    const y = { id: 3, name: 'y', required: false, type: 'int' }
    const foreign = {
      ...first,
      schema: { ...first.schema, fields: [...first.schema.fields, y] },
      lastColumnId: 3,
    }
    const after = growFields(foreign, { ...wanted, columns: columns('a int', 'y int') }, [])
    expect(after.mapping).toEqual([
      { 'field-id': 1, names: ['a', 'A'] },
      { 'field-id': 3, names: ['y'] },
    ])
  })
})
