/** A metastore whose database is Latin-1: it keeps question marks of letters of other scripts, and has no error. */
import { afterEach, expect, test } from 'vitest'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Table } from '../../shared/schema/table.ts'
import { type FakeCall, FOLLOWS, fakeMetastore, isProbe } from '../support/fake-metastore.ts'
import { columns } from '../support/types.ts'
import { NO_LIMITS } from '../support/waiting.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const table = (change: Partial<Table> = {}): Table => ({
  name: { database: 'golden', name: 'orders' },
  kind: 'external',
  format: 'parquet',
  columns: columns('id bigint'),
  partitionKeys: columns('day string'),
  location: '/golden/orders',
  parameters: {},
  ...change,
})

/** Keeps the last table that it was sent, so changed. @returns what it is asked, and how to change the catalog over it */
async function server(keep: (text: string) => string) {
  const methods: string[] = []
  let kept: object = {}
  const written = ({ args }: FakeCall) => args.tbl ?? args.new_tbl
  const fake = await fakeMetastore(call => {
    methods.push(call.method)
    if (call.method === 'get_table_req') return { success: { table: kept } }
    if (isProbe(call)) return FOLLOWS
    if (written(call)) kept = JSON.parse(keep(JSON.stringify(written(call))))
    return {}
  })
  closing.unshift(fake.close)
  const uris = `thrift://127.0.0.1:${fake.port}`
  const catalog = openMetastore('hive', metastoreOptions.parse({ kind: 'metastore', uris, ...NO_LIMITS }))
  closing.unshift(() => catalog.close())
  const apply = (change: Change) =>
    catalog.apply(catalog.plan({ database: 'golden', name: 'orders' }, [change]))
  return { methods, apply }
}

const inLatin1 = (text: string): string => text.replace(/[^\0-\xff]/gu, '?')
const unchanged = (text: string): string => text

test.each<[string, Partial<Table>, string]>([
  ['location', { location: '/golden/заказы' }, 'has kept "/golden/??????" of "/golden/заказы"'],
  ['parameter', { parameters: { 'goldsync.topic': '注文' } }, 'has kept "??" of "注文"'],
  ['column', { columns: columns('id bigint', 's struct<имя:int>') }, 'of "struct<имя:int>"'],
])(
  'a new table whose %s is in another script is refused where its letters are lost',
  async (_, change, said) => {
    const { apply } = await server(inLatin1)
    await expect(apply({ kind: 'createTable', table: table(change) })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining(said),
      hint: expect.stringContaining('docs/compatibility.md'),
    })
  },
)

test('a parameter in another script is refused where its letters are lost', async () => {
  const { apply } = await server(inLatin1)
  await apply({ kind: 'createTable', table: table() })
  const change: Change = { kind: 'setParameters', table: table().name, parameters: { mark: 'метка' } }
  await expect(apply(change)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('has kept "?????" of "метка"'),
  })
})

test('what is kept is taken, and asked for once more only where it is in another script', async () => {
  const { apply, methods } = await server(unchanged)
  await apply({ kind: 'createTable', table: table({ location: '/golden/città' }) })
  expect(methods.splice(0)).toEqual(['create_table_with_environment_context'])
  await apply({ kind: 'createTable', table: table({ location: '/golden/заказы' }) })
  expect(methods).toEqual(['create_table_with_environment_context', 'get_table_req'])
})
