import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MetadataFiles } from '../../shared/catalogs/iceberg/files.ts'
import { icebergCatalog } from '../../shared/catalogs/iceberg/iceberg.ts'
import { printMetadata } from '../../shared/catalogs/iceberg/metadata-json.ts'
import type { Loaded } from '../../shared/catalogs/iceberg/table-store.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { openLocal } from '../../shared/storages/local/storage.ts'
import type { Columns } from '../support/golden-zone.ts'
import { testLake } from '../support/lake.ts'
import { memoryStore } from '../support/memory-tables.ts'
import { writeParquet } from '../support/pyarrow.ts'
import { describeStack, stack } from '../support/stack.ts'

/** Rows by Iceberg's readers that nobody here wrote, and by pyarrow from the files. */
async function compare(
  metadata: string,
  files: readonly object[],
): Promise<Readonly<Record<string, unknown>>> {
  const script = fileURLToPath(new URL('../support/iceberg_rows.py', import.meta.url))
  const python = spawn(stack.iceberg.python, [script, metadata], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  python.stdout.on('data', chunk => {
    said += chunk
  })
  python.stdin.end(JSON.stringify(files))
  await new Promise(resolve => python.once('close', resolve))
  return JSON.parse(said) as Readonly<Record<string, unknown>>
}

/** Of the local file system, below a folder of the test's. */
const localFiles: MetadataFiles = {
  stat: async location => {
    const found = await stat(location).catch(() => undefined)
    return found && { location, name: '', kind: 'file', size: found.size, modified: found.mtimeMs }
  },
  read: async (location, offset, length) => (await readFile(location)).subarray(offset, offset + length),
  create: async (location, content) => {
    await mkdir(dirname(location), { recursive: true })
    await writeFile(location, content, { flag: 'wx' })
  },
  remove: location => unlink(location).catch(() => {}),
}

const NESTED = { struct: { a: 'int32', b: { list: 'string' } } } as const
const OLD: Columns = [
  ['id', 'int32', [1, 2, null]],
  ['amount', 'float', [1.5, -2.25, null]],
  ['flag', 'bool', [true, false, null]],
  ['price', 'decimal(9,2)', ['12.50', '-0.01', null]],
  ['day', 'date32', ['2019-09-01', '1969-12-31', null]],
  ['at', 'timestamp[us, UTC]', ['2019-09-01 01:02:03.004', '1969-12-31 23:59:59', null]],
  ['wall', 'timestamp[us]', ['2019-09-01 01:02:03.004', '1969-12-31 23:59:59', null]],
  ['name', 'string', ['a', 'ü'.repeat(40), null]],
  ['raw', 'binary', ['aa', 'bb', null]],
  ['nested', NESTED, [{ a: 1, b: ['x', null] }, { a: null, b: [] }, null]],
  ['tags', { list: 'int32' }, [[1, 2], [], null]],
  ['map', { map: ['string', 'int32'] }, [{ k: 1 }, {}, null]],
]
/** Reordered, spelled otherwise, wider, with more columns and fields. */
const NEW: Columns = [
  ['Extra', 'int64', [7, null]],
  ['NAME', 'string', ['z', 'y']],
  ['Amount', 'double', [0.1, 1e300]],
  ['ID', 'int64', [10_000_000_000, 4]],
  [
    'Nested',
    { struct: { a: 'int64', b: { list: 'string' }, c: 'date32' } },
    [{ a: 5, b: ['q'], c: '2020-02-29' }, null],
  ],
  ['tags', { list: 'int64' }, [[9_000_000_000], null]],
]

const LAYOUTS = [
  [
    'positional',
    '{topic}/{yyyy}/{MM}/{dd}/{HH}',
    undefined,
    (hour: string) => `orders/2019/09/01/${hour}`,
    (hour: string) => ({ year: '2019', month: '09', day: '01', hour }),
  ],
  [
    'key=value',
    '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
    undefined,
    (hour: string) => `orders/year=2019/month=09/day=01/hour=${hour}`,
    (hour: string) => ({ year: '2019', month: '09', day: '01', hour }),
  ],
  [
    'typed keys',
    '{topic}/{yyyy}/{MM}/{dd}/{HH}',
    { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hr: { type: 'int', value: '{HH}' } },
    (hour: string) => `orders/2019/09/01/${hour}`,
    (hour: string) => ({ dt: '2019-09-01', hr: hour }),
  ],
] as const

describeStack(['python', 'iceberg_clients'], "Iceberg's readers of a table that grows", () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-iceberg-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(LAYOUTS)('return the rows of the files: %s', async (name, template, partitionKeys, at, keys) => {
    const root = join(folder, name.replace(/\W/g, '_'), 'lake')
    const store = memoryStore()
    const catalog = icebergCatalog('ice', { store, files: localFiles, root: `${root}_iceberg` })
    const layout = compileLayout({ template, ...(partitionKeys ? { partitionKeys } : {}) })
    const more = {
      catalogs: [catalog],
      location: root,
      storage: openLocal(),
      layout,
      readers: [],
      locationIn: () => root,
    }
    const { lake, scan } = testLake({ more })
    expect(lake.location).toBe(root)
    const file = (hour: string, name: string) => join(root, at(hour), name)
    const write = (hour: string, name: string, columns: Columns) =>
      writeParquet([{ file: file(hour, name), columns }])
    const metadata = async () => {
      const loaded = (await store.load({ database: 'golden', name: 'orders' })) as Loaded
      const path = join(`${root}_iceberg`, `v${Date.now()}.metadata.json`)
      await writeFile(path, printMetadata(loaded.metadata))
      return path
    }
    await write('01', 'a.parquet', OLD)
    const first = await scan({ mode: 'full', now: Date.now })
    expect(
      first.tables.map(({ outcome, error, diagnostics }) => [
        outcome,
        error,
        diagnostics.filter(({ severity }) => severity !== 'info'),
      ]),
    ).toEqual([['changed', undefined, []]])
    const files = [{ file: file('01', 'a.parquet'), keys: keys('01') }]
    expect(await compare(await metadata(), files)).toEqual({ rows: 3, pyiceberg: 'same', duckdb: 'same' })
    await write('02', 'b.parquet', NEW)
    await write('02', 'c.parquet', OLD)
    await writeFile(file('02', 'bad.parquet'), 'this is no Parquet file, only some text that is long enough')
    const second = await scan({ mode: 'full', now: Date.now })
    expect(second.tables.map(({ outcome, error }) => [outcome, error])).toEqual([['changed', undefined]])
    for (const name of ['b', 'c']) files.push({ file: file('02', `${name}.parquet`), keys: keys('02') })
    expect(await compare(await metadata(), files)).toEqual({ rows: 8, pyiceberg: 'same', duckdb: 'same' })
  })
})
