/**
 * Files that engines fail on, or read wrong, though they are Parquet: told before they are registered, and what is registered is
 * read right, or it is told that it is not. Each engine is seen to do what it is held back for.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMetastore } from '../../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../../shared/catalogs/metastore/options.ts'
import type { TableReport } from '../../../shared/run/report.ts'
import { closeHive } from '../../support/engine-values.ts'
import { metastoreConfig, runScanOf } from '../../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../../support/hdfs.ts'
import type { Value } from '../../support/kinds.ts'
import { dropDatabases } from '../../support/metastore.ts'
import { closeEngines, trinoRows } from '../../support/sql.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { ENGINES } from '../packing/ask.ts'
import { ASKED, type Asked } from '../packing/recorded.ts'
import { faultsOf } from './ask.ts'
import { ROWS, type Row, type Seen } from './rows.ts'
import { heldAndTold } from './told.ts'

const NAME = `field_${process.pid}`
const ROOT = `/golden/${NAME}`
const JUDGED = `${NAME}_judged`
const UNJUDGED = `${NAME}_unjudged`
const NAMES = Object.keys(ROWS)
const FAULTY = NAMES.filter(name => ROWS[name]?.faults)

const config = (database: string, readers: readonly string[]) => ({
  lakes: [
    {
      location: hdfs.location(ROOT),
      storage: hdfsStorage,
      database,
      createDatabase: true,
      readers,
      evolution: { int64_strict: 'strict' },
    },
  ],
  catalogs: { hive3: metastoreConfig('metastore3'), hive4: metastoreConfig('metastore') },
})
const judged = config(JUDGED, ['trino 476', 'presto 0.287', 'hive 4.0.1'])

/** Every row twice: of a file that is none, too. */
const TWICE = ['5,5,6,6', '5,5']
/** What engines show of a folder's `u` as int, and of the rows where it is 5. */
const BY_HAND = {
  int64_strict: {
    hour: 1,
    expected: {
      hive4: ['5,', '5'],
      trino: ['GENERIC_INTERNAL_ERROR', 'GENERIC_INTERNAL_ERROR'],
      presto: ['HIVE_PARTITION_SCHEMA_MISMATCH', 'HIVE_PARTITION_SCHEMA_MISMATCH'],
    },
  },
  temporary_file: { hour: 0, expected: { hive4: TWICE, trino: TWICE, presto: TWICE } },
  spark_sink: { hour: 0, expected: { hive4: TWICE, trino: TWICE, presto: TWICE } },
} as const

type Hours = readonly Readonly<Record<string, readonly Value[]>>[]

describeStack(
  ['hdfs', 'metastore', 'metastore3', 'hiveserver2', 'trino', 'presto', 'python'],
  'files of the field',
  () => {
    const catalog = openMetastore('metastore', metastoreOptions.parse(metastoreConfig('metastore3')))
    let folder: string
    let hours: Readonly<Record<string, Hours>>
    const reports = new Map<string, TableReport[]>()

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'goldsync-field-'))
      const files = fileURLToPath(new URL('files.py', import.meta.url))
      const { stdout } = await promisify(execFile)(stack.python, [files, folder])
      hours = JSON.parse(stdout) as Record<string, Hours>
      for (const hour of [0, 1]) {
        await lay(hour)
        const tables = NAMES.filter(name => (hours[name]?.length ?? 0) > hour)
        for (const report of await runScanOf(judged, { mode: 'full', tables }))
          if (report.catalog === 'hive3')
            reports.set(report.topic, [...(reports.get(report.topic) ?? []), report])
      }
      await runScanOf(config(UNJUDGED, []), { tables: FAULTY })
    })
    afterAll(async () => {
      await catalog.close()
      for (const server of [stack.metastore, stack.metastore3]) await dropDatabases(server, JUDGED, UNJUDGED)
      await Promise.all([
        hdfs.rm(ROOT),
        rm(folder, { recursive: true, force: true }),
        closeEngines(),
        closeHive(),
      ])
    })

    async function lay(hour: number): Promise<void> {
      await pMap(
        NAMES.filter(name => (hours[name]?.length ?? 0) > hour),
        async name => {
          const bytes = await readFile(join(folder, name, `${hour}.parquet`))
          const beside = hour === 0 ? Object.entries(ROWS[name]?.beside ?? {}) : []
          for (const [file, what] of beside)
            await hdfs.put(`${ROOT}/${name}/${file}`, what === 'empty' ? Buffer.of() : bytes)
          await hdfs.put(`${ROOT}/${name}/2019/09/01/0${hour}/a.parquet`, bytes)
        },
        { concurrency: 8 },
      )
    }

    /** What an engine does otherwise than pyarrow with the hours of a row. */
    async function seen(asked: Asked, database: string, name: string, of: Hours): Promise<string[]> {
      const table = await catalog.inspect({ database, name })
      if (table === undefined) return []
      const values = new Map(
        table.columns.map(column => [
          column.name,
          of.flatMap(hour => hour[column.name] ?? (hour.id ?? []).map(() => null)),
        ]),
      )
      const faults = await faultsOf(ENGINES[asked], `${database}.${name}`, table.columns, values)
      return Object.entries(faults).map(fault => fault.join(' '))
    }

    const byEngine = async (ask: (asked: Asked) => Promise<readonly string[]>): Promise<Seen> => {
      const answers = await Promise.all(ASKED.map(async asked => [asked, await ask(asked)] as const))
      return Object.fromEntries(answers.filter(([, found]) => found.length > 0))
    }

    /** By hand: nobody holds back what lies in a folder. */
    test.each(Object.entries(BY_HAND))('%s, were it in a table', async (name, { hour, expected }) => {
      const path = `${ROOT}/${name}/2019/09/01/0${hour}`
      for (const server of [stack.trino.catalog, stack.trino.hive3Catalog])
        await trinoRows(
          `create table ${server}.${UNJUDGED}.by_hand_${name} (id integer, u integer) with (format = 'PARQUET', external_location = '${hdfs.location(path)}')`,
        )
      const table = `${UNJUDGED}.by_hand_${name}`
      const ask = async (asked: Asked, where: string) =>
        (await ENGINES[asked].rows(`select u from ${table} ${where}`).then(
          rows => rows.flat().sort().join(),
          (error: Error) => /[A-Z]+_[A-Z_]+/.exec(error.message)?.[0],
        )) ?? 'fails'
      const answers = await Promise.all(
        ASKED.map(async asked => [asked, [await ask(asked, ''), await ask(asked, 'where u = 5')]]),
      )
      expect(Object.fromEntries(answers)).toEqual(expected)
    })

    test('Presto fails on conditions where a row group has only nulls, and a dictionary', async () => {
      const failing = ENGINES.presto.rows(`select id from ${JUDGED}.null_group where u is null`)
      await expect(failing).rejects.toThrow()
    })

    test.each(NAMES)('%s', async name => {
      const { held = [], told = [] } = heldAndTold(reports.get(name) ?? [])
      const row = ROWS[name] as Row
      const taken = (hours[name] ?? []).filter((_, hour) => !held.includes(hour))
      const registered = await byEngine(asked => seen(asked, JUDGED, name, taken))
      const faults = row.faults
        ? await byEngine(asked => seen(asked, UNJUDGED, name, hours[name] ?? []))
        : undefined
      const found: Row = {
        ...(told.length > 0 ? { told } : {}),
        ...(held.length > 0 ? { held: held[0] as 0 | 1 } : {}),
        ...(Object.keys(registered).length > 0 ? { registered } : {}),
        ...(faults ? { faults } : {}),
      }
      const { beside: _, ...expected } = row
      expect(found).toEqual(expected)
    })
  },
)
