/** The demo: real files, a real catalog, and DuckDB to show that the tables are there. */
import { performance } from 'node:perf_hooks'
import { GoldsyncError } from '../../../base/errors.ts'
import { type Config, defaultConfig } from '../../../config/config.ts'
import type { Report } from '../../../run/report.ts'
import type { Terminal } from '../terminal.ts'
import { type Database, openDatabase } from './duckdb.ts'
import { claimFolder } from './folder.ts'
import { runFunction } from './run.ts'
import { showCommand, showTable, showTitle } from './show.ts'
import { writeFileOf, writeZone } from './write.ts'
import { IN_PROGRESS, INCOMPATIBLE, LATE_CHANGES, LATE_FILE, pathOf, TRUNCATED, ZONE } from './zone.ts'

const FOLDER = 'demo'
const LAKE = `${FOLDER}/golden`
const CATALOG = `${FOLDER}/catalog.duckdb`
const OPTIONS = `--lake ${LAKE} --catalog ${CATALOG}`

/** Runs the demo in ./demo. @throws GoldsyncError `CONFLICT` where ./demo is something else, `MISSING_PACKAGE` without DuckDB */
export async function runDemo(terminal: Terminal): Promise<void> {
  const writer = await openDatabase()
  try {
    await layGoldenZone(writer, terminal)
    const config = await defaultConfig({ lake: LAKE, catalog: CATALOG })
    await showPlan(config, terminal)
    const report = await showScan(config, terminal)
    await showQueries(tableOf(report, 'clicks'), tableOf(report, 'orders'), terminal)
    await showLateFile(writer, config, tableOf(report, 'orders'), terminal)
    showWayOn(tableOf(report, 'orders'), terminal)
  } finally {
    writer.close()
  }
}

async function layGoldenZone(writer: Database, terminal: Terminal): Promise<void> {
  const bad = [TRUNCATED, IN_PROGRESS, pathOf(INCOMPATIBLE)]
  const files = [...ZONE.map(pathOf), ...bad, pathOf(LATE_FILE)].map(file => `golden/${file}`)
  await claimFolder(FOLDER, [...files, 'catalog.duckdb', 'catalog.duckdb.wal'])
  await writeZone(writer, LAKE)
  showTitle(terminal, `A golden zone in ${LAKE}, written by DuckDB`)
  showTable(terminal, [
    ['topic', 'folders', 'rows', ''],
    ['clicks', '48', `${rowsOf('clicks')}`, ''],
    ['orders', '48', `${rowsOf('orders')}`, LATE_CHANGES],
  ])
  terminal.print('and three files that must not become rows:')
  showTable(terminal, [
    ['file', ''],
    [TRUNCATED, 'truncated'],
    [IN_PROGRESS, 'being written'],
    [pathOf(INCOMPATIBLE), 'quantity is text'],
  ])
}

const rowsOf = (topic: string): number =>
  ZONE.filter(file => file.topic === topic).reduce((sum, file) => sum + file.rows, 0)

async function showPlan(config: Config, terminal: Terminal): Promise<void> {
  showTitle(terminal, 'What goldsync would do')
  showCommand(terminal, `goldsync plan ${OPTIONS}`)
  await runFunction('plan', {}, config, terminal)
}

async function showScan(config: Config, terminal: Terminal): Promise<Report> {
  showTitle(terminal, 'Do it')
  showCommand(terminal, `goldsync scan ${OPTIONS}`)
  return runFunction('scan', {}, config, terminal)
}

/** `database.table`, as the report names it. */
function tableOf(report: Report, topic: string): string {
  const table = report.tables.find(table => table.topic === topic)
  if (table === undefined) throw new GoldsyncError('INTERNAL', `the scan made no table of the topic ${topic}`)
  return table.table
}

async function showQueries(clicks: string, orders: string, terminal: Terminal): Promise<void> {
  showTitle(terminal, `Ask DuckDB itself, on ${CATALOG}`)
  for (const sql of [
    `select count(*) as clicks, count(distinct session) as sessions from ${clicks}`,
    `select page, count(*) as clicks from ${clicks} where day = '20' and hour = '07' group by page order by clicks desc`,
    `select day, typeof(any_value(quantity)) as quantity_type, sum(amount) as revenue, count(coupon) as coupons from ${orders} group by day order by day`,
  ]) {
    showCommand(terminal, `duckdb ${CATALOG} "${sql}"`)
    showTable(terminal, await query(sql))
  }
}

async function query(sql: string): Promise<readonly (readonly string[])[]> {
  const database = await openDatabase(CATALOG)
  try {
    return await database.query(sql)
  } finally {
    database.close()
  }
}

async function showLateFile(
  writer: Database,
  config: Config,
  orders: string,
  terminal: Terminal,
): Promise<void> {
  const count = async () => Number((await query(`select count(*) from ${orders}`))[1]?.[0])
  const before = await count()
  await writeFileOf(writer, LAKE, LATE_FILE)
  showTitle(terminal, `One more file is closed: ${LAKE}/${pathOf(LATE_FILE)}`)
  showCommand(terminal, `goldsync sync ${LATE_FILE.topic} --partition ${LATE_FILE.partition} ${OPTIONS}`)
  const start = performance.now()
  await runFunction('sync', { table: LATE_FILE.topic, partitions: [LATE_FILE.partition] }, config, terminal)
  const ms = Math.round(performance.now() - start)
  const after = await count()
  requireRows(after - before, LATE_FILE.rows)
  terminal.print(
    terminal.paint('green', `${orders}: ${before} → ${after} rows, ${ms} ms after the file was closed`),
  )
}

/** The demo proves what it shows. */
function requireRows(seen: number, written: number): void {
  if (seen !== written)
    throw new GoldsyncError('INTERNAL', `${seen} new rows are seen, ${written} were written`)
}

function showWayOn(orders: string, terminal: Terminal): void {
  showTitle(terminal, 'Go on')
  terminal.print(`Look around:      duckdb ${CATALOG} "select * from ${orders} limit 5"`)
  terminal.print('Your own folder:  npx goldsync scan --lake DIR --layout "{topic}/{yyyy}/{MM}/{dd}/{HH}"')
  terminal.print('HDFS, Hive, Trino: see "Your own lake" in README.md')
}
