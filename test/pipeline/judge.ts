/** What Trino, Hive, Kafka, the lake and goldsync itself hold at the end. */
import { hiveRows, trinoRows } from '../support/sql.ts'
import { hoursOf, sumsOf, TOPICS, type Topic } from './events.ts'
import type { Pipeline } from './faults.ts'
import { DATABASE } from './goldsync.ts'
import { filesBelow } from './lake.ts'
import { filesOf, type Looks, rowsOfHours } from './looks.ts'
import {
  type File,
  type Table,
  wrongOfDeadLetters,
  wrongOfFile,
  wrongOfHours,
  wrongOfTable,
} from './verdict.ts'

/** @returns what is wrong, a sentence each */
export async function judge(pipeline: Pipeline, looks: Looks, sources: readonly string[]): Promise<string[]> {
  const { sent, phases } = pipeline.sender
  const wanted = TOPICS.map(topic => sumsOf(topic, sent, phases))
  const wrong = await Promise.all(
    TOPICS.map(async (topic, at) => [
      ...wrongOfTable(topic, wanted[at]!, await tableOf(topic), await byHive(topic)),
      ...(await wrongFiles(pipeline, topic, looks)),
    ]),
  )
  return [
    ...wrong.flat(),
    ...wrongOfDeadLetters(
      wanted.reduce((sum, { dead }) => sum + dead, 0),
      sources,
    ),
    ...wrongOfHours(
      hoursOf(sent, phases),
      looks.hours,
      new Map((await rowsOfHours()).map(({ hour, rows }) => [hour, rows])),
    ),
    ...looks.errors.map(error => `Trino: ${error}`),
    ...(await leftToDo(pipeline)),
  ]
}

async function tableOf(topic: Topic): Promise<Table> {
  const [row] = await trinoRows(
    `select count(*), count(distinct id), count(distinct (source_partition, source_offset)), sum(id) from ${DATABASE}.${topic}`,
  )
  const [rows = 0, distinct = 0, sources = 0, ids = 0] = row?.map(Number) ?? []
  return { rows, distinct, sources, ids, ...(await ofOrders(topic)) }
}

async function ofOrders(topic: Topic): Promise<Pick<Table, 'quantity' | 'coupons'>> {
  if (topic !== 'orders') return { quantity: 0, coupons: 0 }
  const columns = (await trinoRows(`describe ${DATABASE}.orders`)).map(([name]) => name)
  const coupons = columns.includes('coupon') ? 'count(coupon)' : '0'
  const [row] = await trinoRows(`select sum(quantity), ${coupons} from ${DATABASE}.orders`)
  return { quantity: Number(row?.[0]), coupons: Number(row?.[1]) }
}

async function byHive(topic: Topic): Promise<{ rows: number; ids: number }> {
  const [row] = await hiveRows(`select count(id), sum(id) from ${DATABASE}.${topic}`)
  return { rows: Number(row?.[0]), ids: Number(row?.[1]) }
}

async function wrongFiles({ servers, lake }: Pipeline, topic: Topic, looks: Looks): Promise<string[]> {
  const files = new Map<string, File>()
  const add = (path: string, more: File) => files.set(path, { ...files.get(path), ...more })
  const folder = new URL(`${lake}/${topic}`).pathname
  for (const [path, { name, modified }] of await filesBelow(servers, folder))
    if (!/^[._]/.test(name)) add(servers.hdfs + path, { listed: { modified } })
  for (const { path, ...read } of await filesOf(topic)) add(path, { read })
  for (const [path, seen] of looks.files) if (seen.topic === topic) add(path, { seen })
  return [...files].flatMap(([path, file]) => wrongOfFile(path, file))
}

/** Where every file was told of and taken, a scan of everything finds nothing to do. */
async function leftToDo({ goldsync }: Pipeline): Promise<string[]> {
  const { report } = (await goldsync.invoke('scan', { mode: 'full', dryRun: true })) as {
    report: {
      partial: boolean
      failures: readonly { location: string }[]
      tables: readonly {
        table: string
        error?: { code: string }
        partitions?: { added?: number }
        diagnostics?: readonly { severity: string; code: string }[]
      }[]
    }
  }
  const cut = report.partial ? ['the scan of everything came to no end'] : []
  const failures = report.failures.map(({ location }) => `${location} could not be scanned`)
  const tables = report.tables.flatMap(({ table, error, partitions, diagnostics = [] }) => [
    ...(error ? [`${table}: ${error.code}`] : []),
    ...(partitions?.added ? [`${table}: ${partitions.added} partitions are missing`] : []),
    ...diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => `${table}: ${code}`),
  ])
  return [...cut, ...failures, ...tables]
}
