/** A topic's table gets another name, and keeps its partitions, columns and parameters. */
import { GoldsyncError } from '../base/errors.ts'
import type { Report } from '../run/report.ts'
import type { Lake, Run } from '../run/run.ts'
import { RENAMED } from '../schema/change.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'
import { execute } from '../table/execute.ts'
import type { Ledger } from '../table/ledger.ts'
import { leadingTo } from './leads.ts'
import { refreshEngines } from './refresh.ts'
import {
  expectOurs,
  inspectIn,
  nameIn,
  openRun,
  type Place,
  placesOf,
  type Target,
  topicOf,
  type UpkeepOptions,
  workOn,
} from './upkeep.ts'

/**
 * Renames the table in every catalog that has it, when the config leads its topic to the new name already: else the next
 * scan would make the table of the old name anew. Where only the new name is there, it is done.
 * @param from a table or `database.table` @param to likewise, in the same database
 * @throws GoldsyncError `REQUEST_INVALID` where no catalog has it, the names do not fit, or the config does not lead there;
 *   `CONFLICT` where the name is another table's
 */
export async function renameTable(
  lakes: readonly Lake[],
  from: string,
  to: string,
  options: UpkeepOptions,
): Promise<Report> {
  const run = openRun(options)
  const places = placesOf(lakes).filter(place => nameIn(place, from) !== undefined)
  const targets: Renaming[] = []
  const failures: Report['failures'][number][] = []
  for (const place of places) {
    const found = await findIn(place, namesIn(place, from, to), run)
    if ('failure' in found) failures.push(found.failure)
    else if (found.target) targets.push(found.target)
  }
  if (targets.length + failures.length === 0) throw noSuchTable(from)
  return workOn(targets, failures, run, (ledger, target) => rename(ledger, target as Renaming))
}

interface Renaming extends Target {
  readonly names: Names
}

interface Names {
  readonly table: TableName
  readonly to: TableName
}

/** @throws GoldsyncError `REQUEST_INVALID` */
function namesIn(place: Place, from: string, to: string): Names {
  const { database } = place
  const name = nameIn(place, to)
  if (name === undefined)
    throw new GoldsyncError('REQUEST_INVALID', `a table cannot be renamed into another database: ${to}`, {
      hint: `name the table alone, or ${database}.TABLE`,
    })
  if (!/^[a-z0-9_]+$/.test(name))
    throw new GoldsyncError('REQUEST_INVALID', `${name} is no table name`, {
      hint: 'use lower-case letters, digits and _',
    })
  const before = nameIn(place, from) as string
  if (before === name) throw new GoldsyncError('REQUEST_INVALID', `the table is called ${name} already`)
  return { table: { database, name: before }, to: { database, name } }
}

type Found = { readonly failure: Report['failures'][number] } | { readonly target: Renaming | undefined }

/** @throws GoldsyncError `REQUEST_INVALID`, `CONFLICT` */
async function findIn(place: Place, names: Names, run: Run): Promise<Found> {
  const { table, failure } = await inspectIn(place, names.table, run)
  if (failure) return { failure }
  const other = await inspectIn(place, names.to, run)
  if (other.failure) return { failure: other.failure }
  if (table === undefined) {
    const done = other.table && isLedTo(place, names, other.table)
    return { target: done ? { place, names, table: other.table as Table } : undefined }
  }
  const topic = ownTopic(table)
  expectOurs(place, table)
  expectLeads(place, names, topic)
  if (other.table && table.parameters[RENAMED] !== names.to.name) throw taken(names, table, other.table)
  return { target: { place, names, table } }
}

function isLedTo(place: Place, { to }: Names, table: Table): boolean {
  const topic = topicOf(table)
  return topic !== undefined && leadingTo(place, topic, to.name).length > 0
}

function ownTopic(table: Table): string {
  const topic = topicOf(table)
  if (topic !== undefined && table.kind === 'external') return topic
  throw new GoldsyncError(
    'REQUEST_INVALID',
    topic === undefined
      ? `no scan has taken over ${tableId(table.name)}: it says of no topic that it is its table`
      : `${tableId(table.name)} is no external table: with a new name its files would be moved`,
    { hint: 'rename it in the catalog itself' },
  )
}

/** Config first, then the table: in the other order each scan in between would make the old one anew. */
function expectLeads(place: Place, { table, to }: Names, topic: string): void {
  if (leadingTo(place, topic, table.name).length === 0 && leadingTo(place, topic, to.name).length > 0) return
  const left = place.lakes.every(lake => !lake.includes(topic))
  throw new GoldsyncError(
    'REQUEST_INVALID',
    left
      ? `the config leaves out topic ${topic}, so that no scan would find its table under any name`
      : `the config does not lead topic ${topic} to ${tableId(to)}: the next scan would make another table for it`,
    {
      hint: `set tables.rename: {${JSON.stringify(topic)}: ${to.name}} of the topic's lake first, then rename the table`,
    },
  )
}

function taken({ table, to }: Names, stored: Table, other: Table): GoldsyncError {
  const topic = topicOf(other)
  const same = topic !== undefined && topic === topicOf(stored)
  return new GoldsyncError('CONFLICT', `table ${tableId(to)} exists already${whose(topic, same)}`, {
    hint: same
      ? `keep one of them: drop ${tableId(to)} in the catalog (files of external tables stay) and rename again, or forget ${tableId(table)}`
      : 'choose another name, or drop that table in the catalog',
    retryable: false,
  })
}

function whose(topic: string | undefined, same: boolean): string {
  if (same) return `: a scan has made it for topic ${topic} since the config names it`
  return topic === undefined ? '' : `, for topic ${topic}`
}

const noSuchTable = (text: string): GoldsyncError =>
  new GoldsyncError('REQUEST_INVALID', `no catalog of the config has a table ${text}`, {
    hint: 'name the table as it is called now, or database.table, not its topic',
  })

async function rename(ledger: Ledger, { names, table }: Renaming): Promise<void> {
  if (table.name.name === names.to.name) return
  await execute(ledger, [{ kind: 'renameTable', ...names }])
  await refreshEngines(ledger, names.to, names.table)
}
