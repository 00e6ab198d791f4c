/** A table given back to its owner: goldsync's parameters are taken off it and its partitions, and nothing else is changed. */
import { GoldsyncError } from '../base/errors.ts'
import { tableNameOf } from '../layout/naming.ts'
import type { Report } from '../run/report.ts'
import { type Lake, outOfTime, type Run } from '../run/run.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { partitionKey, tableId } from '../schema/table.ts'
import { execute } from '../table/execute.ts'
import type { Ledger } from '../table/ledger.ts'
import { leadingTo } from './leads.ts'
import {
  expectOurs,
  inspectIn,
  nameIn,
  openRun,
  type Place,
  placesOf,
  ROUND,
  type Target,
  topicOf,
  type UpkeepOptions,
  workOn,
} from './upkeep.ts'

/** Whatever comes after it in a parameter's name is goldsync's. */
const PREFIX = 'goldsync.'

/**
 * Forgets the table in every catalog that has it: no partition is dropped, no file touched. The table's own parameters go last,
 * so that what was cut is done by the next call.
 * @param text a topic, a table or `database.table`
 * @throws GoldsyncError `REQUEST_INVALID` where no catalog has it, or the next scan would take it over again
 */
export async function forgetTable(
  lakes: readonly Lake[],
  text: string,
  options: UpkeepOptions,
): Promise<Report> {
  const run = openRun(options)
  const targets: Target[] = []
  const failures: Report['failures'][number][] = []
  for (const place of placesOf(lakes)) {
    const found = await findIn(place, text, run)
    if ('failure' in found) failures.push(found.failure)
    else if (found.table) targets.push({ place, table: found.table })
  }
  if (targets.length + failures.length === 0) throw noSuchTable(text)
  for (const target of targets) await expectLeftAlone(target, run)
  return workOn(targets, failures, run, forget)
}

type Found =
  | { readonly failure: Report['failures'][number] }
  | { readonly table: Target['table'] | undefined }

/** A table of that name, or that of the topic. */
async function findIn(place: Place, text: string, run: Run): Promise<Found> {
  const { database, lakes } = place
  const exact = nameIn(place, text)
  const ofTopic = lakes.map(({ naming }) => tableNameOf(text, naming))
  for (const name of new Set([...(exact === undefined ? [] : [exact]), ...ofTopic])) {
    const { table, failure } = await inspectIn(place, { database, name }, run)
    if (failure) return { failure }
    if (table) return { table }
  }
  return { table: undefined }
}

const noSuchTable = (text: string): GoldsyncError =>
  new GoldsyncError('REQUEST_INVALID', `no catalog of the config has a table ${text}`, {
    hint: "name it as the catalog does, database.table, where the database is that of one of the config's lakes",
  })

/** @throws GoldsyncError `REQUEST_INVALID` where the config leads a topic that is there to the table, or it is another lake's */
async function expectLeftAlone({ place, table }: Target, run: Run): Promise<void> {
  expectOurs(place, table)
  const { name } = table.name
  const topic = topicOf(table) ?? name
  for (const lake of leadingTo(place, topic, name)) {
    if (!(await isThere(lake, topic, run))) continue
    throw new GoldsyncError(
      'REQUEST_INVALID',
      `the config leads topic ${topic} to ${tableId(table.name)}: the next scan would take the table over again`,
      {
        hint: `leave the topic out first, with tables.exclude: [${JSON.stringify(topic)}] of the lake ${lake.location}`,
      },
    )
  }
}

/** A topic without a folder is synced by nobody. */
async function isThere(lake: Lake, topic: string, run: Run): Promise<boolean> {
  const path = [lake.location, ...lake.layout.formatTopic(topic)].join('/')
  return (await lake.storage.stat(path, run)) !== undefined
}

async function forget(ledger: Ledger, { table }: Target): Promise<void> {
  if (ledger.job.catalog.capabilities.partitionParameters) await forgetPartitions(ledger)
  if (ledger.partial) return
  const removed = Object.keys(table.parameters).filter(key => key.startsWith(PREFIX))
  if (removed.length === 0) return
  await execute(ledger, [{ kind: 'setParameters', table: table.name, parameters: {}, removed }])
}

async function forgetPartitions(ledger: Ledger): Promise<void> {
  const { job, run } = ledger
  const { table, catalog } = job
  if (table === undefined || table.partitionKeys.length === 0) return
  const names = await ledger.registered()
  for (let at = 0; at < names.length; at += ROUND) {
    if (outOfTime(run)) {
      ledger.partial = true
      return
    }
    const among = names.slice(at, at + ROUND)
    const known = await catalog.partitions(table, { want: 'details', among }, run)
    const marked = known.filter(isMarked)
    if (marked.length === 0) continue
    const { name, partitionKeys } = table
    const partitions = marked.map(({ values }) => ({ values }))
    await execute(
      ledger,
      [{ kind: 'stripPartitions', table: name, partitionKeys, prefix: PREFIX, partitions }],
      { registered: new Map(marked.map(partition => [partitionKey(partition.values), partition])) },
    )
  }
}

const isMarked = ({ parameters = {} }: RegisteredPartition): boolean =>
  Object.keys(parameters).some(key => key.startsWith(PREFIX))
