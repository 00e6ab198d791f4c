import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible } from '../../shared/base/visible.ts'
import { cut, tableLines, widthOf } from '../../shared/hosts/cli/text/schema-table.ts'

const cell = fc.string({
  unit: fc.constantFrom('a', 'B', ' ', 'é', 'ß', '日', '😀', '👩‍👩‍👧', 'e\u0301'),
  maxLength: 90,
})
const rows = fc
  .integer({ min: 1, max: 6 })
  .chain(count =>
    fc.array(fc.array(cell, { minLength: count, maxLength: count }), { minLength: 1, maxLength: 9 }),
  )

describe('a table of cells', () => {
  it('has its columns one below the other', () => {
    expect(
      tableLines(
        [
          ['a', 'b', 'c'],
          ['long', '', 'x'],
          ['日本', 'é', ''],
        ],
        undefined,
      ),
    ).toEqual(['a     b  c', 'long     x', '日本  é'])
  })

  it('is never wider than the terminal, unless that has no room for it', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 60, max: 200 }), (cells, width) => {
        const lines = tableLines(cells, width)
        expect(lines).toHaveLength(cells.length)
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width)
      }),
      { numRuns: 1000 },
    )
  })

  it('is not cut where nobody watches', () => {
    fc.assert(
      fc.property(rows, cells => {
        const lines = tableLines(cells, undefined)
        for (const [at, row] of cells.entries())
          for (const text of row) expect(lines[at]).toContain(text.trimEnd())
      }),
      { numRuns: 1000 },
    )
  })

  it('cuts the widest column first', () => {
    const [line = ''] = tableLines([['name', 'x'.repeat(100), '1'.repeat(12)]], 40)
    expect(line).toBe(`name  ${'x'.repeat(19)}…  ${'1'.repeat(12)}`)
  })

  it('lets a very long cell stand out of its column, so that other lines stay short', () => {
    const [, second = ''] = tableLines(
      [
        ['x'.repeat(500), 'a'],
        ['y', 'b'],
      ],
      undefined,
    )
    expect(second).toHaveLength(63)
  })
})

describe('a text that is cut', () => {
  it('fits, and begins as it did', () => {
    fc.assert(
      fc.property(cell, fc.integer({ min: 1, max: 50 }), (text, width) => {
        const kept = cut(text, width)
        expect(widthOf(kept)).toBeLessThanOrEqual(width)
        if (kept !== text) expect(text.startsWith(kept.slice(0, -1)) && kept.endsWith('…')).toBe(true)
        else expect(widthOf(text)).toBeLessThanOrEqual(width)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a text from a file', () => {
  it('tells the terminal nothing', () => {
    expect(visible('a\u001b[31mb\r\n\u009bc\u202ed')).toBe(
      'a\\u{001b}[31mb\\u{000d}\\u{000a}\\u{009b}c\\u{202e}d',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('is shown as it is where it is only text', () => {
    expect(visible('Größe 日本 😀 {}')).toBe('Größe 日本 😀 {}')
  })
})
