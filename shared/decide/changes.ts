/** From what was observed to the changes that follow: pure. */

import type { Remembered } from '../evolution/accepted.ts'
import { diffPartitions } from '../evolution/diff.ts'
import { FINGERPRINT, fingerprintOf } from '../evolution/fingerprint.ts'
import { notForHive } from '../evolution/names-for-hive.ts'
import { basicStatistics } from '../evolution/statistics.ts'
import { withinGlue } from '../evolution/within-glue.ts'
import type { TableJob } from '../run/run.ts'
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { AcceptedPartition, ObservedPartition } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { Reader } from '../schema/reader.ts'
import { type Parameters, type Table, tableId } from '../schema/table.ts'
import { type Extent, type Memory, memoryOf, printMemory, REMEMBERED, remember } from '../state/remembered.ts'
import { newTable } from '../state/table-state.ts'
import { heldInFolders, type Review, type ReviewInput, reviewPartitions } from './hold-back.ts'
import { locationIn } from './locations.ts'

type Registered = ReadonlyMap<string, RegisteredPartition>

/** What is accepted of these partitions. @param table as it stands, undefined where there is none @param readers who reads it */
export const review = (
  job: TableJob,
  table: Table | undefined,
  observed: readonly ObservedPartition[],
  registered: Registered,
  readers: readonly Reader[],
): Review => reviewPartitions(reviewInput(job, table, observed, registered, readers))

/** What registered partitions hold that their table does not declare. */
export const recalled = (
  job: TableJob,
  table: Table,
  observed: readonly ObservedPartition[],
  readers: readonly Reader[],
): readonly Remembered[] => heldInFolders(reviewInput(job, table, observed, new Map(), readers))

function reviewInput(
  job: TableJob,
  table: Table | undefined,
  observed: readonly ObservedPartition[],
  registered: Registered,
  readers: readonly Reader[],
): ReviewInput {
  const rules = job.lake.typesOf(job.topic.name)
  return {
    columns: table?.columns,
    partitionKeys: table?.partitionKeys ?? job.layout.partitionKeys,
    observed: forAthena(job) ? withinGlue(observed, table?.columns) : observed,
    registered: new Set(registered.keys()),
    mode: job.lake.evolutionOf(job.topic.name),
    rules,
    nullColumns: rules.nullColumns,
    unreadable: rules.unreadable,
    remembered: memoryOf(table).held,
    visibility: job.catalog.capabilities.visibility,
    readers,
    hiveSql: job.catalog.capabilities.hiveSql === true,
    table: tableId(job.name),
    ...(job.catalog.capabilities.readBy === 'iceberg' ? { iceberg: { fields: table?.fields } } : {}),
  }
}

/** Whether the catalog is Glue. */
export const forAthena = ({ catalog }: TableJob): boolean => catalog.capabilities.readBy === 'athena'

/** The table that the accepted partitions need. */
export function wantedTable(
  job: TableJob,
  table: Table | undefined,
  { columns, news, fields }: Review,
): Table {
  const exact = fields ? { fields } : {}
  if (table) return { ...table, columns, ...exact }
  const location = locationIn(job, job.topic.segments)
  const root = job.lake.locationIn(job.catalog.name)
  const made = newTable(job.name, { ...job.topic, location }, job.layout, columns, root)
  const memory = keepsMemory(job) ? printMemory(remember(memoryOf(undefined), news)) : {}
  return { ...made, ...exact, parameters: { ...made.parameters, ...memory } }
}

const keepsMemory = ({ catalog }: TableJob): boolean => catalog.capabilities.visibility === 'directory'

/** The parameters of a table that has these, with what the accepted partitions hold besides its columns. */
export const remembering = (job: TableJob, { news }: Review, parameters: Parameters): Parameters =>
  keepsMemory(job) && news.length > 0 ? printMemory(remember(memoryOf({ parameters }), news)) : {}

/** Said where nobody has told who reads, so that Hive may. @param before the table's changes */
export function namesForOthers(
  { lake, catalog }: TableJob,
  before: readonly Change[],
  readers: readonly Reader[],
): readonly Diagnostic[] {
  if (lake.readers || catalog.capabilities.readBy !== 'hive') return []
  const columns = before.flatMap(change => {
    if (change.kind === 'createTable') return change.table.columns
    return change.kind === 'addColumns' ? change.columns : []
  })
  return notForHive(columns, readers)
}

/** Said where a name gets a type, and nobody knows what older files hold under it. @param before the table's changes */
export function olderFilesUnknown(
  { catalog }: TableJob,
  table: Table | undefined,
  before: readonly Change[],
): readonly Diagnostic[] {
  const { of } = memoryOf(table)
  if (of === 'all' || catalog.capabilities.visibility === 'file') return []
  const names = before.flatMap(change =>
    change.kind === 'addColumns' || change.kind === 'changeColumnTypes'
      ? change.columns.map(({ name }) => name)
      : [],
  )
  return names.length === 0 ? [] : [unknownUnder(names, of)]
}

const unknownUnder = (names: readonly string[], of: Exclude<Extent, 'all'>): Diagnostic => ({
  code: OLDER_FILES_UNKNOWN,
  severity: of === 'overflow' ? 'warning' : 'info',
  column: names[0] as string,
  message: `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ' …' : ''} ${names.length > 1 ? 'get types' : 'gets a type'}, and ${WHY_UNKNOWN[of]}, so that it is not known whether they hold something else under ${names.length > 1 ? 'these names' : 'that name'}`,
  fix: `where queries of older partitions fail on the column, look at their files with \`goldsync schema\`, and rewrite them${of === 'overflow' ? `; ${MAKE_ROOM}` : ''}`,
})

const MAKE_ROOM = `rewrite the files of which most is left out, and remove the table parameter ${REMEMBERED}: scans fill it anew`

/** Said once, when there is no more room. @param before what was known, and what is now */
export const overflowed = (before: Memory, now: Memory): readonly Diagnostic[] =>
  before.of === 'overflow' || now.of !== 'overflow'
    ? []
    : [
        {
          code: 'MEMORY_OVERFLOW',
          severity: 'warning',
          message: `files hold more that the table does not declare than it has room to remember, which is ${now.held.length} names in ${REMEMBERED}: of others a type is given as if no file held anything else`,
          fix: MAKE_ROOM,
        },
      ]

export const OLDER_FILES_UNKNOWN = 'OLDER_FILES_UNKNOWN'

/** Names in a message. */
const SHOWN = 5

const WHY_UNKNOWN = {
  unknown: 'older files were registered before goldsync remembered what it leaves out of them',
  inside: 'partitions outside the lake were not looked at',
  overflow: 'older files hold more that is left out than the table has room to remember',
} as const

/** Equal to no folder's, so that the partition is looked at until all of its files are accepted. */
const incompletely = (fingerprint: string): string => `incomplete:${fingerprint}`

export interface PartitionChangesInput {
  /** As it will be. */
  readonly table: Table
  /** The changes that make it so. */
  readonly before: readonly Change[]
  readonly review: Review
  readonly registered: Registered
}

export function partitionChanges(job: TableJob, input: PartitionChangesInput): Change[] {
  const { review, table, before, registered } = input
  const { visibility, partitionParameters } = job.catalog.capabilities
  const incomplete = new Set(review.incomplete)
  const statistics = job.lake.statistics !== 'off'
  const parametersOf = ({ observed, files }: AcceptedPartition): Parameters => {
    if (!partitionParameters) return {}
    if (incomplete.has(observed)) return { [FINGERPRINT]: incompletely(fingerprintOf(files)) }
    return { [FINGERPRINT]: fingerprintOf(files), ...(statistics ? basicStatistics(files) : {}) }
  }
  return diffPartitions({
    table,
    before,
    accepted: review.accepted,
    registered,
    visibility,
    parametersOf,
    refreshes: job.refreshes,
  })
}
