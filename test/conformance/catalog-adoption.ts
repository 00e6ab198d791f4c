import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { openLog } from '../../shared/base/log.ts'
import { exitCode, findingsOf } from '../../shared/run/report.ts'
import { type Parameters, type Table, tableId } from '../../shared/schema/table.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
import { forgetTable } from '../../shared/upkeep/forget.ts'
import { pruneTables } from '../../shared/upkeep/prune.ts'
import { renameTable } from '../../shared/upkeep/rename.ts'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'
import { columns } from '../support/types.ts'
import { addPartitions, partitionOf, type Subject } from './catalog-support.ts'

const KEYS = columns('year string', 'month string', 'day string', 'hour string')

interface Attack {
  readonly topic: string
  /** The folder of the table, from the harness's root. */
  readonly at: string
  readonly parameters?: Parameters
  readonly code: string
  /** Where its partition of that hour lies, by default in a folder `x` below it. */
  readonly hour?: string
}

/** The table's name by the rule, worked out apart from it. */
const nameOf = ({ topic }: Attack) => topic.toLowerCase().replace(/[^a-z0-9_]/gu, '_')

/** What topics of a lake that is not theirs might get hold of: the lake's root is the harness's `lake`. */
const ATTACKS: readonly (readonly [string, Attack])[] = [
  [
    'a table of its name that lies elsewhere',
    { topic: 'payroll', at: 'hr/payroll', code: 'TABLE_ELSEWHERE' },
  ],
  ['a table that its name is folded to', { topic: 'Pay-Roll', at: 'hr/pay_roll', code: 'TABLE_ELSEWHERE' }],
  ['a table that dots lead to', { topic: 'v1.orders', at: 'hr/v1_orders', code: 'TABLE_ELSEWHERE' }],
  ['a table whose name has the letters', { topic: 'Straße', at: 'hr/strasse', code: 'TABLE_ELSEWHERE' }],
  ['a table that another alphabet leads to', { topic: 'pаyrоll', at: 'hr/p_yr_ll', code: 'TABLE_ELSEWHERE' }],
  ['a table that only looks like its folder', { topic: 'bills', at: 'lake2/bills', code: 'TABLE_ELSEWHERE' }],
  ['a table above the lake', { topic: 'sales', at: '', code: 'TABLE_ELSEWHERE' }],
  [
    'a table of which one partition lies in its folder',
    { topic: 'mixed', at: 'hr/mixed', hour: 'lake/mixed/2019/09/01/01', code: 'TABLE_ELSEWHERE' },
  ],
  [
    'an Iceberg table in its very folder',
    { topic: 'ice', at: 'lake/ice', parameters: { table_type: 'ICEBERG' }, code: 'TABLE_FORMAT' },
  ],
  [
    'a Delta table in its very folder',
    {
      topic: 'delta',
      at: 'lake/delta',
      parameters: { 'spark.sql.sources.provider': 'delta' },
      code: 'TABLE_FORMAT',
    },
  ],
  ['a table around its folder', { topic: 'orders', at: 'lake', code: 'TABLE_ELSEWHERE' }],
  [
    'the table of another lake, wherever that lies',
    {
      topic: 'sold',
      at: 'lake/sold',
      parameters: { 'goldsync.topic': 'sold', 'goldsync.lake': 'hdfs://elsewhere/golden' },
      code: 'TABLE_OF_OTHER_LAKE',
    },
  ],
  [
    'the table that an older goldsync made of the same topic in another lake',
    {
      topic: 'bought',
      at: 'cold/bought',
      parameters: { 'goldsync.topic': 'bought' },
      code: 'TABLE_ELSEWHERE',
    },
  ],
  // The last: scans of others would tell that its topic has no folder.
  [
    'the table of another topic in its very folder',
    { topic: 'taken', at: 'lake/taken', parameters: { 'goldsync.topic': 'Taken' }, code: 'NAME_COLLISION' },
  ],
]

/** A topic that is only named like somebody's table changes nothing of it. */
export function adoptionBehaviour({ harness, catalog, apply, inspect }: Subject): void {
  const partitionsOf = (table: Table) =>
    catalog().partitions(table, {
      want: 'details',
      among: [
        ['2019', '09', '01', '01'],
        ['2018', '09', '01', '01'],
      ],
    })

  async function foreign(attack: Attack): Promise<Table> {
    const { at, parameters = {}, hour = `${at}/x` } = attack
    const { database, location } = harness()
    const table: Table = {
      name: { database, name: nameOf(attack) },
      kind: 'external',
      format: 'parquet',
      columns: columns('id bigint'),
      partitionKeys: KEYS,
      location: location(at),
      parameters: { owner: 'ann', ...parameters },
    }
    await apply(table, { kind: 'createTable', table })
    const old = [
      partitionOf(table, ['2019', '09', '01', '01'], { location: location(hour) }),
      partitionOf(table, ['2018', '09', '01', '01'], { location: location(`${at}/y`) }),
    ]
    await apply(table, addPartitions(table, ...old))
    return table
  }

  function attacker({ topic }: Attack): TestLake {
    const { database, location } = harness()
    const more = { catalogs: [catalog()], database, createDatabase: false }
    const lake = testLake({ more: { ...more, locationIn: () => location('lake') } })
    for (const hour of ['01', '02']) lake.put(`${topic}/2019/09/01/${hour}/a.parquet`, 'v2')
    return lake
  }

  /** What an operator may ask for, with a config that leaves the topic out, or leads it to another name, as each command wants it. */
  async function command({ lake }: TestLake, attack: Attack, { name }: Table): Promise<void> {
    const options = { runId: 'test', log: openLog('silent'), dryRun: false }
    const { topic } = attack
    const leftOut = { ...lake, includes: () => false }
    const renamed = { ...lake, naming: { rename: { [topic]: `${name.name}_new` } } }
    const unregister = { most: 1000, share: 1 }
    const id = tableId(name)
    const forget = [() => forgetTable([lake], id, options), () => forgetTable([leftOut], id, options)]
    for (const work of [
      () => pruneTables([{ ...lake, unregister }], { ...options, tables: [topic], ...unregister }),
      () => renameTable([renamed], id, `${name.name}_new`, options),
      // A table of his own lake, whatever its topic, an operator may forget.
      ...(attack.code === 'NAME_COLLISION' ? [] : forget),
    ])
      await work().catch((error: unknown) => expect(error).toBeInstanceOf(GoldsyncError))
  }

  describe('a topic that is named like it', () => {
    it.each(ATTACKS)('changes nothing of %s', async (_, attack) => {
      const table = await foreign(attack)
      const before = [await inspect(table), await partitionsOf(table)]
      const lake = attacker(attack)
      for (const options of [{}, { mode: 'full' }, { dryRun: true }, { tables: [attack.topic] }] as const) {
        const report = await lake.scan(options)
        expect(report.tables).toMatchObject([{ outcome: 'refused', steps: [] }])
        const isError = attack.code !== 'TABLE_FORMAT'
        expect([findingsOf(report).map(({ code }) => code), exitCode(report)]).toEqual([
          [attack.code],
          isError ? 1 : 0,
        ])
      }
      const location = `${ROOT}/${attack.topic}/2019/09/01/02/a.parquet`
      const options = { runId: 'test', log: openLog('silent'), dryRun: false }
      const { files } = await runFiles([lake.lake], [{ location }], options)
      expect(files).toMatchObject([{ outcome: 'held', code: attack.code }])
      await command(lake, attack, table)
      expect([await inspect(table), await partitionsOf(table)]).toEqual(before)
      expect(await catalog().partitions(table, { want: 'names' })).toHaveLength(2)
      expect(await catalog().inspect({ ...table.name, name: `${table.name.name}_new` })).toBeUndefined()
    })
  })
}
