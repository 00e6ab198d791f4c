/** What docs/sinks.md shows is what the tests replay. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partitions, require, table } from '../../shared/function/params.ts'

const page = readFileSync('docs/sinks.md', 'utf8')
const blocks = [...page.matchAll(/<!-- (.*) -->\n```json\n([^`]*)```/g)].map(
  ([, what = '', text = '']) => [what, text] as const,
)

describe('docs/sinks.md', () => {
  it.each(blocks.filter(([what]) => what.endsWith('.json')))('shows the request of %s', (file, text) => {
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')).body)
  })

  it('shows a request that sync takes', () => {
    const [, text = ''] = blocks.find(([what]) => what === 'invoke sync') ?? []
    const { table: name, partitions: values, require: gate, ...rest } = JSON.parse(text)
    expect([table.parse(name), partitions.parse(values), require.parse(gate), rest]).toEqual([
      'orders',
      ['2026/11/20/07'],
      true,
      {},
    ])
  })

  it('names files that are there', () => {
    const links = [...page.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, path = '']) => join('docs', path))
    expect(links.length).toBeGreaterThan(5)
    for (const path of links) expect(readFileSync(path, 'utf8').length).toBeGreaterThan(0)
  })
})
