import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import { hiveStatements } from '../../shared/sql/hive.ts'
import { addMissingPartitions } from '../../shared/sql/hive-partitions.ts'
import type { HiveBatch } from '../../shared/sql/hive-statement.ts'
import { hiveLiteral, hiveName, hiveType } from '../../shared/sql/hive-text.ts'
import { columns } from '../support/types.ts'

const batch: HiveBatch = { partitions: 500, length: 100_000 }
const orders = { database: 'gold', name: 'orders' }
const keys = columns('year string', 'hour string')
const partition = (...values: string[]): Partition => ({
  values,
  location: `hdfs://nn/golden/orders/${values.join('/')}`,
  columns: columns('id bigint'),
  parameters: {},
  files: [],
})
const id = { name: 'id', from: { kind: 'int' }, to: { kind: 'bigint' } } as const
const partsOf = ({ change }: { change: Change }) => ('partitions' in change ? change.partitions : [])
const commands = (change: Change, limits = batch) =>
  hiveStatements(change, limits).map(({ command }) => command)

describe('a change as Hive SQL', () => {
  const cases: Record<string, readonly [Change, string]> = {
    createDatabase: [{ kind: 'createDatabase', database: 'gold' }, 'CREATE DATABASE IF NOT EXISTS `gold`'],
    createTable: [
      {
        kind: 'createTable',
        table: {
          name: orders,
          kind: 'external',
          format: 'parquet',
          columns: [
            { name: 'id', type: { kind: 'bigint' }, comment: "the order's id" },
            ...columns('place struct<date:date,tags:array<string>>'),
          ],
          partitionKeys: keys,
          location: 'hdfs://nn/golden/orders',
          parameters: { 'discover.partitions': 'false', 'external.table.purge': 'false' },
        },
      },
      "CREATE EXTERNAL TABLE `gold`.`orders` (`id` bigint COMMENT 'the order\\'s id', `place` struct<`date`:date,`tags`:array<string>>)" +
        " PARTITIONED BY (`year` string, `hour` string) STORED AS PARQUET LOCATION 'hdfs://nn/golden/orders'" +
        " TBLPROPERTIES ('discover.partitions'='false', 'external.table.purge'='false')",
    ],
    addColumns: [
      { kind: 'addColumns', table: orders, columns: columns('price decimal(10,2)', 'note string') },
      'ALTER TABLE `gold`.`orders` ADD COLUMNS (`price` decimal(10,2), `note` string)',
    ],
    'addColumns, cascading': [
      { kind: 'addColumns', table: orders, columns: columns('s struct<a:int>'), cascade: true },
      'ALTER TABLE `gold`.`orders` ADD COLUMNS (`s` struct<`a`:int>) CASCADE',
    ],
    'changeColumnTypes, cascading': [
      {
        kind: 'changeColumnTypes',
        table: orders,
        columns: [{ ...id, comment: 'key' }],
        cascade: true,
      },
      "ALTER TABLE `gold`.`orders` CHANGE COLUMN `id` `id` bigint COMMENT 'key' CASCADE",
    ],
    'changeColumnTypes, several with parameters, the table only': [
      {
        kind: 'changeColumnTypes',
        table: orders,
        columns: [id, { ...id, name: 's', to: columns('s struct<date:date>')[0]!.type }],
        cascade: false,
        parameters: { 'goldsync.pending': `["it's"]` },
      },
      "ALTER TABLE `gold`.`orders` SET TBLPROPERTIES ('goldsync.pending'='[\"it\\'s\"]');\n" +
        'ALTER TABLE `gold`.`orders` CHANGE COLUMN `id` `id` bigint;\n' +
        'ALTER TABLE `gold`.`orders` CHANGE COLUMN `s` `s` struct<`date`:date>',
    ],
    addPartitions: [
      {
        kind: 'addPartitions',
        table: orders,
        partitionKeys: keys,
        partitions: [partition('2019', '01'), partition('2019', '02')],
      },
      "ALTER TABLE `gold`.`orders` ADD PARTITION (`year`='2019', `hour`='01') LOCATION 'hdfs://nn/golden/orders/2019/01'" +
        " PARTITION (`year`='2019', `hour`='02') LOCATION 'hdfs://nn/golden/orders/2019/02'",
    ],
    alterPartitions: [
      { kind: 'alterPartitions', table: orders, partitionKeys: keys, partitions: [partition('2019', '01')] },
      "ALTER TABLE `gold`.`orders` PARTITION (`year`='2019', `hour`='01') REPLACE COLUMNS (`id` bigint)",
    ],
    movePartitions: [
      {
        kind: 'movePartitions',
        table: orders,
        partitionKeys: keys,
        partitions: [{ values: ['2019', '01'], from: 'hdfs://nn/old', to: 'hdfs://nn/new place' }],
      },
      "ALTER TABLE `gold`.`orders` PARTITION (`year`='2019', `hour`='01') SET LOCATION 'hdfs://nn/new place'",
    ],
    'dropPartitions, whatever is in their values': [
      {
        kind: 'dropPartitions',
        table: orders,
        partitionKeys: keys,
        partitions: [
          ["o'hare", 'a\\b'],
          ['${env:HOME}', '__HIVE_DEFAULT_PARTITION__'],
        ].map(values => ({ values })),
      },
      "ALTER TABLE `gold`.`orders` DROP IF EXISTS PARTITION (`year`='o\\'hare', `hour`='a\\\\b')," +
        " PARTITION (`year`='\\u0024{env:HOME}', `hour`='__HIVE_DEFAULT_PARTITION__')",
    ],
    'dropPartitions, of typed keys': [
      {
        kind: 'dropPartitions',
        table: orders,
        partitionKeys: columns('dt date', 'hr int'),
        partitions: [{ values: ['2019-09-01', '7'] }],
      },
      "ALTER TABLE `gold`.`orders` DROP IF EXISTS PARTITION (`dt`='2019-09-01', `hr`='7')",
    ],
    moveTable: [
      { kind: 'moveTable', table: orders, from: 'hdfs://nn/old', to: 'hdfs://nn/new' },
      "ALTER TABLE `gold`.`orders` SET LOCATION 'hdfs://nn/new'",
    ],
    renameTable: [
      { kind: 'renameTable', table: orders, to: { database: 'gold', name: 'sales' } },
      'ALTER TABLE `gold`.`orders` RENAME TO `gold`.`sales`',
    ],
    'setParameters, removing': [
      { kind: 'setParameters', table: orders, parameters: {}, removed: ['goldsync.pending', "it's"] },
      "ALTER TABLE `gold`.`orders` UNSET TBLPROPERTIES IF EXISTS ('goldsync.pending', 'it\\'s')",
    ],
    setParameters: [
      { kind: 'setParameters', table: orders, parameters: { 'goldsync.mark': '1' } },
      "ALTER TABLE `gold`.`orders` SET TBLPROPERTIES ('goldsync.mark'='1')",
    ],
  }
  it.each(Object.entries(cases))('%s', (_, [change, command]) => {
    expect(commands(change)).toEqual([command])
  })

  it('alters and moves each partition by a statement of its own', () => {
    const partitions = [partition('2019', '01'), partition('2019', '02')]
    const moves = partitions.map(({ values, location }) => ({ values, from: location, to: 'hdfs://nn/new' }))
    const of = { table: orders, partitionKeys: keys }
    for (const [change, verb] of [
      [{ kind: 'alterPartitions', ...of, partitions }, 'REPLACE'],
      [{ kind: 'movePartitions', ...of, partitions: moves }, 'SET'],
    ] as const) {
      expect(commands(change)).toEqual([
        expect.stringContaining(`PARTITION (\`year\`='2019', \`hour\`='01') ${verb}`),
        expect.stringContaining(`PARTITION (\`year\`='2019', \`hour\`='02') ${verb}`),
      ])
      expect(hiveStatements(change, batch).flatMap(partsOf)).toEqual(change.partitions)
    }
  })

  it('sets parameters before it removes others', () => {
    const change: Change = { kind: 'setParameters', table: orders, parameters: { a: 'b' }, removed: ['c'] }
    expect(commands(change)).toEqual([
      "ALTER TABLE `gold`.`orders` SET TBLPROPERTIES ('a'='b')",
      "ALTER TABLE `gold`.`orders` UNSET TBLPROPERTIES IF EXISTS ('c')",
    ])
  })

  it('says nothing where nothing is to be added or set', () => {
    expect(commands({ kind: 'addColumns', table: orders, columns: [] })).toEqual([])
    expect(commands({ kind: 'setParameters', table: orders, parameters: {} })).toEqual([])
    expect(commands({ kind: 'addPartitions', table: orders, partitionKeys: keys, partitions: [] })).toEqual(
      [],
    )
  })

  it('can leave partitions that exist as they are', () => {
    expect(
      addMissingPartitions({
        kind: 'addPartitions',
        table: orders,
        partitionKeys: keys,
        partitions: [partition('2019', '01')],
      }),
    ).toMatch(/^ALTER TABLE `gold`.`orders` ADD IF NOT EXISTS PARTITION \(/)
  })
})

describe('batches of partitions', () => {
  const partitions = (count: number) =>
    Array.from({ length: count }, (_, hour) => partition('2019', String(hour)))
  const of = (kind: 'addPartitions' | 'dropPartitions', count: number): Change => ({
    kind,
    table: orders,
    partitionKeys: keys,
    partitions: partitions(count),
  })

  it.each(['addPartitions', 'dropPartitions'] as const)(
    'of %s hold every partition once, in order, within count and length',
    kind => {
      const limits = fc.record({
        partitions: fc.integer({ min: 1, max: 50 }),
        length: fc.integer({ min: 300, max: 5000 }),
      })
      fc.assert(
        fc.property(fc.nat(120), limits, (count, limit) => {
          const statements = hiveStatements(of(kind, count), limit)
          expect(statements.flatMap(partsOf)).toEqual(partitions(count))
          for (const { command } of statements) {
            const held = command.split('PARTITION (').length - 1
            expect(held).toBeLessThanOrEqual(limit.partitions)
            expect(command.length).toBeLessThanOrEqual(limit.length)
          }
        }),
      )
    },
  )

  it('hold one partition where even that is longer than the limit', () => {
    expect(commands(of('addPartitions', 3), { partitions: 500, length: 10 })).toHaveLength(3)
  })

  it('drop no more at once than Hive can', () => {
    expect(commands(of('dropPartitions', 250))).toHaveLength(3)
    expect(commands(of('dropPartitions', 250), { partitions: 50, length: 100_000 })).toHaveLength(5)
  })
})

describe('quoting', () => {
  it('keeps a literal on one line, closed only at its end, and free of substitution', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const literal = hiveLiteral(text)
        expect(literal).toMatch(/^'(?:[^'\\]|\\['\\]|\\u[0-9a-f]{4})*'$/)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(literal).not.toMatch(/[\u0000-\u001f]|\$\{/)
        expect(unquoted(literal)).toBe(text)
      }),
      { examples: [["it's"], ['a\\'], ['${hiveconf:x}'], ['a;b\n--c'], ['%s \\u0041']] },
    )
  })

  it('doubles backquotes in names', () => {
    expect(hiveName('a`b')).toBe('`a``b`')
    expect(hiveName("x'; DROP TABLE y")).toBe("`x'; DROP TABLE y`")
  })

  it('quotes the fields of structs at every depth', () => {
    const [column] = columns('c map<string,array<struct<from:int,to:struct<date:date>>>>')
    expect(hiveType(column!.type)).toBe('map<string,array<struct<`from`:int,`to`:struct<`date`:date>>>>')
  })
})

/** What Hive makes of a literal: BaseSemanticAnalyzer.unescapeSQLString, as far as goldsync writes escapes. */
const unquoted = (literal: string): string =>
  literal
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-f]{4})|(.))/gs, (_, hex?: string, char?: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : char!,
    )
