/**
 * A topic in several catalogs that can do different things: in whatever order files, folders and runs come, for whichever
 * catalogs, and wherever runs die, compatible files give each the same table. Files by pyarrow and DuckDB (fixtures/undeclared).
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MemoryCatalog, openMemoryCatalog } from '../../shared/catalogs/memory/memory.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { printType } from '../../shared/schema/type.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { mortal, mortalCatalog } from '../support/mortal.ts'

/** What a file declares as `u`: a type, or nothing. `v1` has no `u`, and another column. */
const TYPES = {
  v1: undefined,
  text: 'string',
  proven: 'bigint',
  list: 'array<string>',
  null: undefined,
  'duckdb-null': undefined,
  'list-of-null': undefined,
  'duckdb-empty-list': undefined,
  overflow: undefined,
} as const
type Kind = keyof typeof TYPES

const FILES = Object.fromEntries(
  Object.keys(TYPES).map(kind => [
    kind,
    readFileSync(
      new URL(`../fixtures/${kind === 'v1' ? 'orders' : 'undeclared'}/${kind}.parquet`, import.meta.url),
    ),
  ]),
)

const READERS: readonly Reader[] = [
  { kind: 'hive', version: '4.0.1' },
  { kind: 'trino', version: '476' },
]

const open = () => ({
  metastore: openMemoryCatalog('metastore'),
  hiveserver2: openMemoryCatalog('hiveserver2', {
    partitionParameters: false,
    bulkDetails: false,
    cascades: false,
    hiveSql: true,
  }),
  duckdb: openMemoryCatalog('duckdb', {
    visibility: 'file',
    readBy: 'duckdb',
    cascades: false,
  }),
})
type Name = keyof ReturnType<typeof open>
const NAMES = Object.keys(open()) as Name[]

interface Play {
  /** In the order in which they come. */
  readonly files: readonly { readonly hour: number; readonly kind: Kind }[]
  readonly runs: readonly {
    /** Files that come before it. */
    readonly comes: number
    readonly into: readonly Name[]
    /** The step of each catalog, of those that the run makes, at which it dies; 0: at none. */
    readonly dies: number
    readonly when: 'before' | 'after'
  }[]
}

/** Mostly file by file, into all catalogs, so that what comes first is known when the next one comes. */
const anyPlay: fc.Arbitrary<Play> = fc.record({
  files: fc.array(
    fc.record({ hour: fc.nat(3), kind: fc.constantFrom(...(Object.keys(TYPES) as Kind[]), 'v1' as const) }),
    { minLength: 2, maxLength: 5 },
  ),
  runs: fc.array(
    fc.record({
      comes: fc.constantFrom(1, 1, 1, 2),
      into: fc.oneof(fc.constant(NAMES), fc.subarray(NAMES, { minLength: 1 })),
      dies: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 9 })),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
    { minLength: 2, maxLength: 5 },
  ),
})

const typesOf = ({ files }: Play) => new Set(files.flatMap(({ kind }) => TYPES[kind] ?? []))

/** Whether Hive and Trino read all of them under one type, by what was measured: written down again, so that it can disagree. */
function agree(play: Play, nullColumns: NullColumns): boolean {
  const kinds = new Set(play.files.map(({ kind }) => kind))
  const [type, ...others] = typesOf(play)
  if (type === undefined) return true
  if (others.length > 0 || kinds.has('overflow')) return false
  if (nullColumns === 'declare') return true
  if (kinds.has('list-of-null') || kinds.has('duckdb-empty-list')) return false
  return type !== 'array<string>' || !(kinds.has('null') || kinds.has('duckdb-null'))
}

interface End {
  /** In the order of their names. */
  readonly columns: string
  readonly partitions: number
  /** Whether something waits, or is refused. */
  readonly refuses: boolean
}

/** Where each catalog's table ends up when all files are there and two full scans were made. */
async function ends(play: Play, nullColumns: NullColumns): Promise<ReadonlyMap<Name, End>> {
  const lake = testLake()
  const catalogs = open()
  let come = 0
  const arrive = (upTo: number) => {
    for (; come < Math.min(upTo, play.files.length); come += 1) {
      const { hour, kind } = play.files[come]!
      lake.storage.put(`${ROOT}/orders/2019/09/01/0${hour}/${come}.parquet`, FILES[kind]!, lake.clock.now)
    }
  }
  for (const { comes, into, dies, when } of play.runs) {
    arrive(come + comes)
    const some = into.map(name => mortalCatalog(catalogs[name], mortal(dies, when)))
    await scan(lake, some, 'recent', nullColumns)
  }
  arrive(play.files.length)
  await scan(lake, Object.values(catalogs), 'full', nullColumns)
  const report = await scan(lake, Object.values(catalogs), 'full', nullColumns)
  const all = NAMES.map(async (name): Promise<readonly [Name, End]> => {
    const told = report.tables.find(({ catalog }) => catalog === name)
    expect([name, told?.error]).toEqual([name, undefined])
    return [name, { ...standing(catalogs[name]), refuses: (told?.pending.length ?? 0) > 0 }]
  })
  return new Map(await Promise.all(all))
}

function scan(
  { storage, clock, lake }: TestLake,
  catalogs: TestLake['lake']['catalogs'],
  mode: 'recent' | 'full',
  nullColumns: NullColumns,
) {
  const typesOf = () => ({ ...lake.typesOf(''), nullColumns })
  const process = testLake({ more: { storage, catalogs, readers: READERS, typesOf } })
  clock.now += 60_000
  process.clock.now = clock.now
  return process.scan({ mode })
}

function standing(catalog: MemoryCatalog): Omit<End, 'refuses'> {
  const [state] = catalog.state().tables.values()
  const columns = state?.table.columns.map(({ name, type }) => `${name} ${printType(type)}`) ?? []
  return { columns: columns.toSorted().join(), partitions: state?.partitions.size ?? 0 }
}

type NullColumns = 'hold' | 'declare'

describe.each(['hold', 'declare'] as const)('with types.nullColumns: %s', nullColumns => {
  test('files that agree give each catalog the same table, with all partitions', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlay, async play => {
        fc.pre(agree(play, nullColumns))
        const [type] = typesOf(play)
        const wanted: End = {
          columns: [
            ...(play.files.some(({ kind }) => kind === 'v1') ? ['amount double'] : []),
            'id int',
            ...(type === undefined ? [] : [`u ${type}`]),
          ].join(),
          partitions: new Set(play.files.map(({ hour }) => hour)).size,
          refuses: false,
        }
        expect([...(await ends(play, nullColumns))]).toEqual(NAMES.map(name => [name, wanted]))
      }),
      { numRuns: 30 },
    )
  })

  test('files that do not agree meet a refusal in each catalog whose readers they are for, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlay, async play => {
        fc.pre(!agree(play, nullColumns))
        const refusing = [...(await ends(play, nullColumns))].map(([name, { refuses }]) => [name, refuses])
        expect(refusing).toEqual([
          ['metastore', true],
          ['hiveserver2', true],
          // It reads each file by its own schema, and the types of all must have one that holds them.
          ['duckdb', typesOf(play).size > 1],
        ])
      }),
      { numRuns: 30 },
    )
  })
})
