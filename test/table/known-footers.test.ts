import { describe, expect, test } from 'vitest'
import { openKnownFooters } from '../../shared/table/known-footers.ts'
import { dataFile } from '../support/observed.ts'

const file = (name: string) => dataFile('11', name, 'a int', 'b int')
const asListed = ({ path, size, modified }: ReturnType<typeof file>) => ({ path, size, modified })

describe('a footer that was read', () => {
  test('is known as long as the file is as it was, and is read the same way', () => {
    const known = openKnownFooters()
    const read = file('a.parquet')
    known.put(read, 'plain')
    const listed = asListed(read)
    expect(known.get(listed, 'plain')).toBe(read)
    expect(known.get(listed, 'with facts')).toBeUndefined()
    expect(known.get({ ...listed, size: 1001 }, 'plain')).toBeUndefined()
    expect(known.get({ ...listed, modified: 1 }, 'plain')).toBeUndefined()
    expect(known.get({ ...listed, etag: 'x' }, 'plain')).toBeUndefined()
    expect(known.get(asListed(file('b.parquet')), 'plain')).toBeUndefined()
  })

  test('is forgotten when there are too many columns, the one first that nobody asked for', () => {
    const known = openKnownFooters(9)
    const files = ['a', 'b', 'c', 'd'].map(file)
    for (const read of files.slice(0, 3)) known.put(read, '')
    known.get(asListed(files[0]!), '')
    known.put(files[3]!, '')
    expect(files.map(read => known.get(asListed(read), '') !== undefined)).toEqual([true, false, true, true])
  })

  test('that is put again is counted once', () => {
    const known = openKnownFooters(6)
    const [a, b] = [file('a'), file('b')]
    for (let times = 0; times < 5; times += 1) known.put(a, '')
    known.put(b, '')
    expect([a, b].map(read => known.get(asListed(read), ''))).toEqual([a, b])
  })
})
