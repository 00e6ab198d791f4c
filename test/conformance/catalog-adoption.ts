import { describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { exitCode, findingsOf } from '../../shared/run/report.ts'
import type { Parameters, Table } from '../../shared/schema/table.ts'
import { runFiles } from '../../shared/sync/sync-files.ts'
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
}

/** What topics of a lake that is not theirs might get hold of: the lake's root is the harness's `lake`. */
const ATTACKS: readonly (readonly [string, Attack])[] = [
  [
    'a table of its name that lies elsewhere',
    { topic: 'payroll', at: 'hr/payroll', code: 'TABLE_ELSEWHERE' },
  ],
  ['a table that its name is folded to', { topic: 'Pay-Roll', at: 'hr/pay_roll', code: 'TABLE_ELSEWHERE' }],
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
]

/** A topic that is only named like somebody's table changes nothing of it. */
export function adoptionBehaviour({ harness, catalog, apply, inspect }: Subject): void {
  const partitionsOf = (table: Table) =>
    catalog().partitions(table, { want: 'details', among: [['2019', '09', '01', '01']] })

  async function foreign({ topic, at, parameters = {} }: Attack): Promise<Table> {
    const { database, location } = harness()
    const name = topic.toLowerCase().replace('-', '_')
    const table: Table = {
      name: { database, name },
      kind: 'external',
      format: 'parquet',
      columns: columns('id bigint'),
      partitionKeys: KEYS,
      location: location(at),
      parameters: { owner: 'ann', ...parameters },
    }
    await apply(table, { kind: 'createTable', table })
    const old = partitionOf(table, ['2019', '09', '01', '01'], { location: location(`${at}/x`) })
    await apply(table, addPartitions(table, old))
    return table
  }

  function attacker({ topic }: Attack): TestLake {
    const { database, location } = harness()
    const more = { catalogs: [catalog()], database, createDatabase: false }
    const lake = testLake({ more: { ...more, locationIn: () => location('lake') } })
    for (const hour of ['01', '02']) lake.put(`${topic}/2019/09/01/${hour}/a.parquet`, 'v2')
    return lake
  }

  describe('a topic that is named like it', () => {
    it.each(ATTACKS)('changes nothing of %s', async (_, attack) => {
      const table = await foreign(attack)
      const before = [await inspect(table), await partitionsOf(table)]
      const lake = attacker(attack)
      for (const options of [{}, { mode: 'full' }, { dryRun: true }] as const) {
        const report = await lake.scan(options)
        expect(report.tables).toMatchObject([{ outcome: 'refused', steps: [] }])
        expect([findingsOf(report).map(({ code }) => code), exitCode(report)]).toEqual([[attack.code], 1])
      }
      const location = `${ROOT}/${attack.topic}/2019/09/01/02/a.parquet`
      const options = { runId: 'test', log: openLog('silent'), dryRun: false }
      const { files } = await runFiles([lake.lake], [{ location }], options)
      expect(files).toMatchObject([{ outcome: 'held', code: attack.code }])
      expect([await inspect(table), await partitionsOf(table)]).toEqual(before)
      expect(await catalog().partitions(table, { want: 'names' })).toHaveLength(1)
    })
  })
}
