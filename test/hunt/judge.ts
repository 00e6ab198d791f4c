/** What runs said, put to what catalogs and engines hold. */

import type { Outcome } from '../../shared/function/outcome.ts'
import type { StatusReport } from '../../shared/function/status.ts'
import type { News } from '../../shared/run/news.ts'
import {
  exitCode,
  type FilesReport,
  findingsOf,
  type Report,
  type TableReport,
} from '../../shared/run/report.ts'
import { prestoRows } from '../support/presto.ts'
import { trinoRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import { type Kind, SIDES, type Table, TOPICS, type Truth, type World } from './world.ts'

export interface Done {
  readonly what: string
  readonly mode: string
  readonly before: Truth
  readonly after: Truth
  readonly outcomes: readonly Outcome[]
  readonly reports: readonly Report[]
  /** Of the process that is another one. */
  readonly exit: number | undefined
  readonly news: readonly News[]
  readonly logged: readonly { readonly level: number; readonly code?: string; readonly audit?: boolean }[]
  /** By how much the metrics of this process grew. */
  readonly counted: ReadonlyMap<string, number>
  readonly status: StatusReport
  readonly isToldWhole: boolean
}

/** Of the parameter that says when scans ran. */
const RAN = 'goldsync.ran.'
const NONE: Table = { partitions: new Set(), columns: '', pending: [] }
const of = (truth: Truth, key: string): Table => truth.get(key) ?? NONE
const keyOf = ({ catalog, table }: Pick<TableReport, 'catalog' | 'table'>) => `${catalog} ${table}`
const added = ({ before, after }: Pick<Done, 'before' | 'after'>, key: string): string[] =>
  [...of(after, key).partitions].filter(one => !of(before, key).partitions.has(one)).toSorted()
const isFailed = ({ outcome }: TableReport): boolean => outcome === 'failed'
const CATALOGS = { premise: ['hive4', 'hive3'], hive: ['hs2'], cloud: ['glue'], local: ['duck'] } as const
const isGood = (path: string, kind: Kind): boolean =>
  path.endsWith('.parquet') && (kind === 'v1' || kind === 'v2')
const ROWS: Readonly<Record<string, number>> = { v1: 3, v2: 2 }

/** Everything that is not so. */
export async function lies(world: World, done: Done): Promise<string[]> {
  return [
    ...liesOfReports(done),
    ...liesOfNews(done),
    ...liesOfMetrics(done),
    ...liesOfLog(done),
    ...liesOfFiles(world, done),
    ...liesOfStatus(done),
    ...(await liesOfAllIsWell(world, done)),
  ].map(lie => `${done.what}: ${lie}`)
}

function liesOfReports(done: Done): string[] {
  const lies: string[] = []
  const real = done.reports.filter(({ dryRun }) => !dryRun)
  const all = new Map(real.flatMap(({ tables }) => tables.map(one => [one.steps, one] as const)))
  const counts = new Map<string, TableReport[]>()
  for (const one of all.values()) counts.set(keyOf(one), [...(counts.get(keyOf(one)) ?? []), one])
  for (const [key, reports] of counts) {
    const claimed = reports.flatMap(({ addedPartitions }) => addedPartitions)
    const really = added(done, key)
    const someFailed = reports.some(isFailed)
    const extra = claimed.filter(one => !really.includes(one))
    const missing = really.filter(one => !claimed.includes(one))
    // Two processes may both add one, which is no change for the second.
    if (extra.length > 0) lies.push(`${key} added ${extra}, which are not there or were before`)
    if (missing.length > 0 && !someFailed) lies.push(`${key} did not tell of ${missing}`)
    for (const { outcome, held } of reports) {
      if (outcome === 'unchanged' && !done.after.has(key)) lies.push(`${key} is unchanged and does not exist`)
      if (
        reports.length === 1 &&
        outcome === 'unchanged' &&
        of(done.before, key).columns !== of(done.after, key).columns
      )
        lies.push(`${key} is unchanged and has other columns`)
      const wrong = held.filter(path => of(done.after, key).partitions.has(path))
      if (wrong.length > 0 && !someFailed && reports.length === 1)
        lies.push(`${key}: ${wrong} held back, and registered`)
    }
  }
  for (const [key] of done.after)
    if (!counts.has(key) && added(done, key).length > 0)
      lies.push(`${key} has new partitions, and is in no report`)
  return lies
}

function liesOfNews({ news, isToldWhole, ...done }: Done): string[] {
  if (!isToldWhole) return []
  const lies: string[] = []
  for (const key of done.after.keys()) {
    const told = news.flatMap(one =>
      one.kind === 'partitions.added' && keyOf(one) === key ? one.partitions : [],
    )
    const really = added(done, key)
    const failed = done.reports.some(({ tables }) => tables.some(one => keyOf(one) === key && isFailed(one)))
    if (told.some(one => !really.includes(one))) lies.push(`events: ${key} got ${told}, in truth ${really}`)
    if (!failed && really.some(one => !told.includes(one)))
      lies.push(`events: ${key} got ${really}, told ${told}`)
  }
  return lies
}

function liesOfMetrics({ counted, isToldWhole, ...done }: Done): string[] {
  if (!isToldWhole) return []
  const lies: string[] = []
  for (const catalog of Object.values(CATALOGS).flat()) {
    const series = [...counted].filter(
      ([name]) =>
        name.startsWith(`goldsync_partitions_total{catalog="${catalog}",`) && name.includes('change="added"'),
    )
    const claimed = series.reduce((sum, [, count]) => sum + count, 0)
    const keys = [...done.after.keys()].filter(key => key.startsWith(`${catalog} `))
    const really = keys.flatMap(key => added(done, key)).length
    const failed = done.reports.some(({ tables }) =>
      tables.some(one => one.catalog === catalog && isFailed(one)),
    )
    if (failed ? claimed > really : claimed !== really)
      lies.push(`metrics: ${catalog} +${claimed}, in truth +${really}`)
  }
  return lies
}

function liesOfLog({ logged, outcomes, isToldWhole, reports }: Done): string[] {
  if (!isToldWhole) return []
  const told = new Set(logged.filter(({ level }) => level >= 50).map(({ code }) => code))
  const codes = reports.flatMap(({ tables, failures }) => [
    ...failures.map(({ error }) => error.code),
    ...tables.flatMap(({ error }) => error?.code ?? []),
  ])
  // What a deadline left is a warning, and the sender is asked to send it again.
  const least = (status: string) => (status === 'unavailable' ? 40 : 50)
  const silent = outcomes.filter(
    one =>
      'error' in one &&
      one.status !== 'invalid' &&
      !logged.some(({ level, code }) => level >= least(one.status) && code !== undefined),
  )
  // When scans ran is noted once an hour, and is no step of a table's run.
  const audits = logged.filter(
    ({ audit, ...record }) => audit && !JSON.stringify(record).includes(RAN),
  ).length
  const steps = [...new Set(reports.flatMap(({ tables }) => tables.map(one => one.steps)))].flat().length
  return [
    ...[...new Set(codes)].filter(code => !told.has(code)).map(code => `log: nothing of ${code}`),
    ...silent.map(one => `log: no error, and the outcome is ${one.status}`),
    ...(audits === steps || reports.some(({ dryRun }) => dryRun)
      ? []
      : [`${steps} steps, ${audits} audit records`]),
  ]
}

function liesOfFiles({ stores }: World, { reports, after }: Done): string[] {
  const lies: string[] = []
  const files = reports.flatMap(one => ('files' in one ? (one as FilesReport).files : []))
  for (const { location, outcome } of files) {
    const side = SIDES.find(one => location.startsWith(`${stores[one].location}/`))
    if (side === undefined) continue
    const path = location.slice(stores[side].location.length + 1)
    const [topic, ...rest] = path.split('/')
    const isThere = stores[side].files.has(path)
    const keys = [...after.keys()].filter(
      key => CATALOGS[side].some(name => key.startsWith(`${name} `)) && key.endsWith(`.${topic}`),
    )
    const isEverywhere =
      CATALOGS[side].length === keys.length &&
      keys.every(key => of(after, key).partitions.has(rest.slice(0, -1).join('/')))
    if (['registered', 'visible', 'read'].includes(outcome) && !(isThere && isEverywhere))
      lies.push(`${path} of ${side} is ${outcome}; there: ${isThere}, registered: ${isEverywhere}`)
    if (outcome === 'absent' && isThere) lies.push(`${path} of ${side} is absent, and is there`)
  }
  return lies
}

function liesOfStatus({ status, after }: Done): string[] {
  const lies = status.failures.map(({ location, error }) => `status: ${location}: ${error.message}`)
  for (const one of status.tables) {
    const key = keyOf(one)
    if ((one.state === 'noTable') === after.has(key))
      lies.push(`status: ${key} is ${one.state}; there: ${after.has(key)}`)
    const { pending } = of(after, key)
    if (pending !== 'overflow' && after.has(key) && pending.join() !== (one.pending as string[]).join())
      lies.push(`status: ${key} waits for ${one.pending}, in truth ${pending}`)
  }
  return lies
}

/** A full scan that says so is put to all engines. */
async function liesOfAllIsWell(world: World, done: Done): Promise<string[]> {
  const isWell =
    done.mode === 'full' &&
    done.exit === undefined &&
    done.reports.every(one => exitCode(one) === 0 && !one.dryRun && !one.partial)
  if (!isWell || done.reports.length === 0) return []
  const lies: string[] = []
  const vanished = new Set(
    done.reports.flatMap(report =>
      findingsOf(report)
        .filter(({ code }) => /VANISHED|EMPTIED|TOPIC_GONE/.test(code))
        .map(({ table }) => table),
    ),
  )
  for (const side of SIDES)
    for (const topic of TOPICS)
      for (const catalog of CATALOGS[side]) {
        const { files } = world.stores[side]
        const mine = [...files].filter(([path]) => path.startsWith(`${topic}/`))
        const folders = new Map<string, boolean>()
        for (const [path, kind] of mine) {
          const name = path.split('/').at(-1) as string
          const folder = path.split('/').slice(1, -1).join('/')
          if (!/^[._]/.test(name)) folders.set(folder, (folders.get(folder) ?? true) && isGood(name, kind))
        }
        const database = side === 'hive' ? `${world.database}_hs2` : world.database
        const table = `${database}.${topic}`
        const { partitions } = of(done.after, `${catalog} ${table}`)
        for (const [folder, good] of folders) {
          if (good && !partitions.has(folder))
            lies.push(`all is well, and ${catalog} ${table} has no ${folder}`)
          if (!good && partitions.has(folder) && catalog !== 'duck')
            lies.push(`all is well, and ${catalog} ${table} exposes ${folder}`)
        }
        if (partitions.size === 0 || vanished.has(table)) continue
        const rows = mine.reduce((sum, [path, kind]) => {
          const folder = path.split('/').slice(1, -1).join('/')
          return partitions.has(folder) && isGood(path, kind) ? sum + (ROWS[kind] ?? 0) : sum
        }, 0)
        lies.push(...(await liesOfEngines(catalog, table, { partitions, rows })))
      }
  return lies
}

async function liesOfEngines(
  catalog: string,
  table: string,
  truth: { partitions: ReadonlySet<string>; rows: number },
): Promise<string[]> {
  const engines = ENGINES.filter(one => one.of === catalog)
  const lies: string[] = []
  for (const { name, rows, catalog: at } of engines)
    try {
      const [database, topic] = table.split('.')
      const seen = (
        await rows(`SELECT year, month, day, hour FROM ${at}.${database}."${topic}$partitions"`)
      ).map(one => one.join('/'))
      if (seen.toSorted().join() !== [...truth.partitions].toSorted().join())
        lies.push(
          `all is well, and ${name} sees ${seen.length} of ${truth.partitions.size} partitions of ${table}`,
        )
      const [[count] = []] = await rows(
        `SELECT count(*) FROM ${at}.${table} WHERE id IS NOT NULL OR id IS NULL`,
      )
      if (Number(count) !== truth.rows)
        lies.push(`all is well, and ${name} has ${count} rows of ${table}, in truth ${truth.rows}`)
    } catch (error) {
      lies.push(
        `all is well, and ${name} fails on ${table}: ${error instanceof Error ? error.message : error}`,
      )
    }
  return lies
}

const ENGINES = [
  { name: 'trino', of: 'hive4', catalog: stack.trino.catalog, rows: trinoRows },
  { name: 'cached', of: 'hive4', catalog: stack.trino.cachedCatalog, rows: trinoRows },
  { name: 'trino over HiveServer2', of: 'hs2', catalog: stack.trino.catalog, rows: trinoRows },
  { name: 'presto', of: 'hive3', catalog: stack.presto.catalog, rows: prestoRows },
] as const
