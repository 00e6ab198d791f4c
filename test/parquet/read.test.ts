import { describe, expect, it } from 'vitest'
import { describeFile } from '../../shared/inspect/describe-file.ts'
import { TAIL_BYTES } from '../../shared/parquet/locate.ts'
import { isAccepted, readDataFile } from '../../shared/parquet/read.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import { chunk, fileOf, group, join, leaf, metadata, rowGroup } from '../support/compact.ts'
import { footerBytes, readFixture } from '../support/fixtures.ts'

const PATH = '/golden/orders/2026/11/21/07/part-0.parquet'
const text = (value: string) => new TextEncoder().encode(value)

async function read(bytes: Uint8Array) {
  const storage = bytesStorage({ [PATH]: bytes })
  const file = await readDataFile(storage, { path: PATH, size: bytes.length, modified: 7 })
  return { file, requests: storage.requests.map(({ offset, length }) => [offset, length]) }
}

const codeOf = async (bytes: Uint8Array): Promise<string> => {
  const { file } = await read(bytes)
  return isAccepted(file) ? 'accepted' : file.diagnostic.code
}

describe('reads', () => {
  it('takes a small file whole, in one read', async () => {
    const bytes = readFixture('integers')
    const { file, requests } = await read(bytes)
    expect(file).toMatchObject({ path: PATH, size: bytes.length, modified: 7, rows: 3 })
    expect(requests).toEqual([[0, bytes.length]])
  })

  it('takes the last 64 KiB of a large file, in one read', async () => {
    const bytes = join(new Uint8Array(1 << 20), readFixture('integers'))
    const { file, requests } = await read(bytes)
    expect(file).toMatchObject({ rows: 3 })
    expect(requests).toEqual([[bytes.length - TAIL_BYTES, TAIL_BYTES]])
  })

  it('adds exactly the missing head of a footer above 64 KiB, in a second read', async () => {
    const bytes = readFixture('wide')
    const start = bytes.length - 8 - footerBytes(bytes).length
    const { file, requests } = await read(bytes)
    const tail = bytes.length - TAIL_BYTES
    expect(start).toBeLessThan(tail)
    expect(requests).toEqual([
      [tail, TAIL_BYTES],
      [start, tail - start],
    ])
    expect(isAccepted(file) && file.columns).toHaveLength(900)
  })

  it('needs no second read for a footer that just fills the tail', async () => {
    const padding = TAIL_BYTES - 8 - metadata().length
    const bytes = join(new Uint8Array(100), fileOf(join(metadata(), new Uint8Array(padding))))
    const { file, requests } = await read(bytes)
    expect(file).toMatchObject({ rows: 3 })
    expect(requests).toHaveLength(1)
  })

  it('reads nothing of an empty file', async () => {
    const { requests } = await read(new Uint8Array())
    expect(requests).toEqual([])
  })

  it('passes on what the storage throws', async () => {
    const file = { path: PATH, size: 5000, modified: 0 }
    await expect(readDataFile(bytesStorage({ [PATH]: readFixture('int96') }), file)).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  it('tells the names of all columns, in their order, where some are left out', async () => {
    const { file: some } = await read(readFixture('names'))
    const { file: all } = await read(readFixture('integers'))
    expect(some).toHaveProperty('allNames')
    const { allNames, columns } = some as DataFile
    expect(allNames?.slice(0, 5)).toEqual(['mixed', 'id', 'id', 'a.b', 'a:b'])
    expect(columns.map(({ name }) => name)).toEqual(
      allNames?.filter(name => columns.some(column => column.name === name)),
    )
    expect(all).not.toHaveProperty('allNames')
  })
})

describe('files that are no data get a code', () => {
  const whole = readFixture('integers')
  const large = join(text('PAR1'), new Uint8Array(100_000))

  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(), 'EMPTY_FILE'],
    ['a line of text', text('id,name\n1,a and more\n'), 'NOT_PARQUET'],
    ['a short line of text', text('id\n'), 'NOT_PARQUET'],
    ['a large file of zeros', new Uint8Array(100_000), 'NOT_PARQUET'],
    ['an ORC file', join(text('ORC'), new Uint8Array(100), text('ORC')), 'NOT_PARQUET'],
    ['the first bytes of a file', whole.subarray(0, 3), 'INCOMPLETE_FILE'],
    ['a magic alone', text('PAR1'), 'INCOMPLETE_FILE'],
    ['a truncated file', whole.subarray(0, -1), 'INCOMPLETE_FILE'],
    ['a large file that is still being written', large, 'INCOMPLETE_FILE'],
    ['an encrypted footer', fileOf(metadata(), 50, text('PARE')), 'ENCRYPTED_FOOTER'],
    ['a footer of 0 bytes', fileOf(metadata(), 0), 'CORRUPT_FOOTER'],
    ['a footer one byte longer than the file', fileOf(metadata(), metadata().length + 11), 'CORRUPT_FOOTER'],
    ['a footer one byte too short', fileOf(metadata(), metadata().length - 1), 'CORRUPT_FOOTER'],
    ['a magic twice and nothing else', text('PAR1PAR1PAR1'), 'CORRUPT_FOOTER'],
  ])('%s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code)
  })

  it.each([0, metadata().length + 11])(
    'says that a footer cannot have the %d bytes it claims',
    async claimed => {
      const { file } = await read(fileOf(metadata(), claimed))
      const message = expect.stringContaining(`the footer claims ${claimed} bytes of metadata`)
      expect(file).toMatchObject({ diagnostic: { code: 'CORRUPT_FOOTER', message } })
    },
  )

  it.each([64 * 2 ** 20 + 1, 2 ** 31])(
    'refuses a footer of %d bytes, above 64 MiB, unread',
    async claimed => {
      const tail = fileOf(metadata(), claimed).slice(-TAIL_BYTES)
      const storage = {
        ...bytesStorage({}),
        read: async () => join(new Uint8Array(TAIL_BYTES - tail.length), tail),
      }
      const file = await readDataFile(storage, { path: PATH, size: 2 ** 33, modified: 0 })
      const message = expect.stringMatching(`${claimed} .*67108864`)
      expect(file).toMatchObject({ diagnostic: { code: 'FOOTER_TOO_BIG', message } })
    },
  )

  it('says why, what to do and where', async () => {
    const { file } = await read(whole.subarray(0, -1))
    expect(file).toMatchObject({
      path: PATH,
      diagnostic: {
        severity: 'warning',
        path: PATH,
        message: /2957 bytes/,
        fix: /wait until its writer closes it/,
      },
    })
  })
})

describe('findings about the file', () => {
  const findings = async (bytes: Uint8Array) => {
    const { file } = await read(bytes)
    return isAccepted(file) ? file.diagnostics : []
  }

  it('an unknown row count', async () => {
    expect(await findings(fileOf(metadata({ rows: 4 })))).toMatchObject([
      { code: 'ROWS_UNKNOWN', path: PATH },
    ])
  })

  it('distrusted statistics, once a file however many columns', async () => {
    const schema = [group('root', 3), leaf('m', 2), leaf('n', 2), leaf('o', 2)]
    const groups = [
      rowGroup([chunk({ path: 'm' }), chunk({ uncompressed: -1 }), chunk({ path: 'o', uncompressed: -1 })]),
    ]
    expect(await findings(fileOf(metadata({ schema, groups, orders: [1, 1, 1] })))).toMatchObject([
      {
        code: 'STATISTICS_DISTRUSTED',
        column: 'n',
        message: "column 'n' has a negative size; 1 more columns are distrusted too",
      },
    ])
  })

  it('nothing of statistics that were not asked for', async () => {
    const { file } = await read(readFixture('integers'))
    expect(file).not.toHaveProperty('facts')
  })

  it('a footer that Trino refuses by default', async () => {
    const padded = fileOf(join(metadata(), new Uint8Array(15 * 2 ** 20)))
    expect(await findings(padded)).toMatchObject([{ code: 'LARGE_FOOTER', message: /15728\d+ bytes/ }])
  })

  it('an encrypted column', async () => {
    const groups = [rowGroup([chunk({ encrypted: true })])]
    expect(await findings(fileOf(metadata({ groups })))).toMatchObject([
      { code: 'COLUMN_ENCRYPTED', column: 'n' },
    ])
  })

  it('a name that is not UTF-8', async () => {
    const name = String.fromCharCode(0xd800)
    const schema = [group('root', 1), leaf(name, 2)]
    const bytes = fileOf(metadata({ schema, groups: [], rows: 0 }))
    expect(await findings(bytes)).toMatchObject([{ code: 'UNUSABLE_NAME', message: /U\+FFFD/ }])
  })
})

describe('describeFile', () => {
  it('tells rows, columns and diagnostics', async () => {
    const bytes = fileOf(metadata({ rows: 4 }))
    expect(await describeFile(bytesStorage({ [PATH]: bytes }), PATH)).toEqual({
      file: PATH,
      rows: null,
      columns: [{ name: 'n', type: 'bigint' }],
      diagnostics: [{ code: 'ROWS_UNKNOWN', message: 'the file says 4 rows, its row groups have 3' }],
    })
  })

  it('tells why a file was refused', async () => {
    const description = await describeFile(bytesStorage({ [PATH]: text('hello, world') }), PATH)
    expect(description).toMatchObject({ file: PATH, error: { code: 'NOT_PARQUET', message: /12 bytes/ } })
  })

  it('tells that there is no such file', async () => {
    expect(await describeFile(bytesStorage({}), PATH)).toMatchObject({ error: { code: 'NOT_FOUND' } })
  })
})
