/** What the changes of partitions mean for the ledger's records, and for the files that the table has. */
import { GoldsyncError } from '../../base/errors.ts'
import { contentFileOf } from '../../iceberg/metrics.ts'
import { partitionOf } from '../../iceberg/spec.ts'
import { sameLocation } from '../../layout/location.ts'
import type { Change, Move, Unregistered } from '../../schema/change.ts'
import type { DataFile } from '../../schema/observed.ts'
import type { Partition } from '../../schema/partition.ts'
import { type Column, type PartitionValues, partitionKey } from '../../schema/table.ts'
import { withoutPrefix } from '../change-table.ts'
import { expectPartitionAt, noPartition } from '../refusals.ts'
import type { Refusing } from '../refusing.ts'
import { accept, type Draft, nameColumns, put, registered } from './draft.ts'
import { type LedgerFile, type LedgerRecord, sameContent, sameRecord } from './ledger/records.ts'

/** @throws GoldsyncError `CONFLICT` where one is registered at another location; nothing is added then */
export async function addPartitions(
  draft: Draft,
  partitions: readonly Partition[],
  refusing: Refusing | undefined,
): Promise<void> {
  const known = await draft.known(partitions.map(({ values }) => values))
  const fresh = partitions.filter(({ values, location }) => {
    const existing = registered(known.get(partitionKey(values)))
    if (existing) expectPartitionAt(draft.table.name, values, existing.location, location)
    return existing === undefined
  })
  await each(fresh, refusing, async partition => {
    const before = known.get(partitionKey(partition.values))
    await setFiles(draft, partition, {
      ...(before ?? { files: [] }),
      values: partition.values,
      location: withoutSlash(partition.location),
    })
  })
}

/** @throws GoldsyncError `NOT_FOUND` where one is not registered; nothing is altered then */
export async function alterPartitions(
  draft: Draft,
  partitions: readonly Partition[],
  refusing: Refusing | undefined,
): Promise<void> {
  const known = await draft.known(partitions.map(({ values }) => values))
  for (const { values } of partitions)
    if (!registered(known.get(partitionKey(values)))) throw noPartition(draft.table.name, values)
  await each(partitions, refusing, partition =>
    setFiles(draft, partition, known.get(partitionKey(partition.values)) as LedgerRecord),
  )
}

/** The files stay those of before until the partitions are altered. @throws GoldsyncError `NOT_FOUND`, `CONFLICT` */
export async function movePartitions(draft: Draft, moves: readonly Move[]): Promise<void> {
  const known = await draft.known(moves.map(({ values }) => values))
  const moved = moves.map(({ values, from, to }) => {
    const existing = registered(known.get(partitionKey(values)))
    if (existing === undefined) throw noPartition(draft.table.name, values)
    if (!sameLocation(existing.location, to))
      expectPartitionAt(draft.table.name, values, existing.location, from)
    return { ...existing, location: withoutSlash(to) }
  })
  for (const record of moved)
    if (record.location !== known.get(partitionKey(record.values))?.location) put(draft, record)
}

/** What somebody else has rewritten stays in the table, since it may be where else the rows are. */
export async function dropPartitions(draft: Draft, dropped: readonly Unregistered[]): Promise<void> {
  const known = await draft.known(dropped.map(({ values }) => values))
  const there = dropped.flatMap(({ values }) => registered(known.get(partitionKey(values))) ?? [])
  const gone = await rewrittenOf(draft, there)
  for (const record of there) {
    const rewritten = [...(record.rewritten ?? []), ...record.files.filter(({ path }) => gone.has(path))]
    takeOut(draft, record.values, record.files, gone)
    const { rewritten: _, ...rest } = record
    put(draft, { ...rest, files: [], dropped: true, ...(rewritten.length > 0 ? { rewritten } : {}) })
  }
}

export async function stripPartitions(
  draft: Draft,
  { partitions, prefix }: Extract<Change, { kind: 'stripPartitions' }>,
): Promise<void> {
  const known = await draft.known(partitions.map(({ values }) => values))
  for (const { values } of partitions) {
    const existing = registered(known.get(partitionKey(values)))
    if (!existing || !Object.keys(existing.parameters).some(key => key.startsWith(prefix))) continue
    put(draft, { ...existing, parameters: withoutPrefix(existing.parameters, prefix) })
  }
}

async function each(
  partitions: readonly Partition[],
  refusing: Refusing | undefined,
  make: (partition: Partition) => Promise<void>,
): Promise<void> {
  for (const partition of partitions) {
    try {
      await make(partition)
      refusing?.took()
    } catch (error) {
      if (refusing === undefined || !ofPartition(error)) throw error
      refusing.refuse(partition.values, error)
    }
  }
}

/** Servers and files of metadata that cannot be read say nothing of a partition. */
const ofPartition = (error: unknown): boolean => error instanceof PartitionRefused

/** A partition that is refused for what it is. */
class PartitionRefused extends GoldsyncError {}

type Before = LedgerRecord | Pick<LedgerRecord, 'values' | 'location' | 'files' | 'rewritten'>

/** Brings the table's files of a partition to those that the lake has, or changes nothing. */
async function setFiles(
  draft: Draft,
  { values, columns, parameters, files: found }: Partition,
  before: Before,
): Promise<void> {
  // As the catalog writes the lake's root, like the partition's own location.
  const files = found.map(file => ({ ...file, path: `${before.location}/${nameOf(file.path)}` }))
  const left = before.files.filter(file => !files.some(other => isSame(file, other)))
  const gone = await rewrittenOf(draft, left.length === 0 ? [] : [{ ...before, files: left }])
  const rewritten = [...(before.rewritten ?? []), ...left.filter(({ path }) => gone.has(path))]
  const had = (file: LedgerFile): boolean =>
    before.files.some(other => isSame(other, file)) || rewritten.some(other => isSameMoved(other, file))
  const fresh = files.filter(file => !had(file))
  const replaced = fresh.find(file => rewritten.some(other => nameOf(other.path) === nameOf(file.path)))
  if (replaced) throw wasRewritten(replaced)
  const there = await broughtByOthers(draft, values, fresh, before)
  const isThere = ({ path, size }: DataFile) => there.get(path)?.fileSize === BigInt(size)
  const contents = contentsOf(
    draft,
    { values, columns },
    fresh.filter(file => !isThere(file)),
  )
  takeOut(draft, values, left, gone)
  for (const file of fresh) {
    const outdated = isThere(file) ? undefined : there.get(file.path)
    if (outdated) draft.removed.set(outdated.path, values)
  }
  for (const content of contents) draft.added.set(content.path, content)
  const kept = rewritten.filter(other => !files.some(file => isSameMoved(other, file)))
  const record = {
    values,
    location: before.location,
    columns: nameColumns(draft, columns),
    parameters,
    files: files.map(ledgerFile),
    ...(kept.length > 0 ? { rewritten: kept } : {}),
  }
  if (!('columns' in before) || !sameRecord(before, record)) put(draft, record)
}

/** Those that the table has though goldsync did not bring them (`add_files`, say): they would be there twice. */
function broughtByOthers(
  draft: Draft,
  values: PartitionValues,
  files: readonly DataFile[],
  before: Before,
): ReturnType<Draft['live']> {
  asRefused(() => partitionOf(draft.spec, draft.fields.schema, values))
  const isKnown = ({ path }: DataFile) =>
    draft.added.has(path) || draft.removed.has(path) || before.files.some(file => file.path === path)
  return draft.live(
    files.filter(file => !isKnown(file)),
    [values],
  )
}

/**
 * A file's column that the table does not have would never become one: its name would be mapped as one that means nothing.
 * @throws GoldsyncError `CONFLICT`
 */
function expectColumns({ table }: Draft, columns: readonly Column[]): void {
  const known = new Set(table.columns.map(({ name }) => name))
  const missing = columns.find(({ name }) => !known.has(name))
  if (missing === undefined) return
  throw new GoldsyncError(
    'CONFLICT',
    `the table has no column ${missing.name}: it is another one than when this was decided`,
    {
      hint: 'nothing: the next run begins with the table as it is now',
    },
  )
}

/** @throws PartitionRefused */
const contentsOf = (
  draft: Draft,
  { values, columns }: Pick<Partition, 'values' | 'columns'>,
  files: readonly DataFile[],
) =>
  asRefused(() => {
    if (files.length > 0) expectColumns(draft, columns)
    for (const file of files) accept(draft, file)
    const { schema } = draft.fields
    const partition = partitionOf(draft.spec, schema, values)
    return files.map(file => contentFileOf(file, partition, schema))
  })

/** What it throws is of the partition alone. */
function asRefused<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    const { code, message, hint } = error
    throw new PartitionRefused(code, message, { ...(hint === undefined ? {} : { hint }), cause: error })
  }
}

const isSame = (one: LedgerFile, other: LedgerFile): boolean =>
  one.path === other.path && sameContent(one, other)

/** Whoever rewrote a file in its old folder has rewritten the file that was moved to a new one. */
const isSameMoved = (one: LedgerFile, other: LedgerFile): boolean =>
  nameOf(one.path) === nameOf(other.path) && sameContent(one, other)

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const ledgerFile = ({ path, size, modified, etag }: LedgerFile): LedgerFile => ({
  path,
  size,
  modified,
  ...(etag === undefined ? {} : { etag }),
})

const withoutSlash = (location: string): string => location.replace(/(?<=[^/])\/+$/, '')

function takeOut(
  draft: Draft,
  values: PartitionValues,
  files: readonly LedgerFile[],
  gone: ReadonlySet<string>,
): void {
  for (const { path } of files) {
    if (draft.added.delete(path) || gone.has(path)) continue
    draft.removed.set(path, values)
  }
}

/** Paths of those that somebody else has taken out of the table. */
async function rewrittenOf(
  draft: Draft,
  records: readonly Pick<LedgerRecord, 'values' | 'files'>[],
): Promise<ReadonlySet<string>> {
  const committed = records.map(({ values, files }) => ({
    values,
    files: files.filter(({ path }) => !draft.added.has(path) && !draft.removed.has(path)),
  }))
  const asked = committed.filter(({ files }) => files.length > 0)
  if (asked.length === 0) return new Set()
  const files = asked.flatMap(record => record.files)
  const live = await draft.live(
    files,
    asked.map(({ values }) => values),
  )
  return new Set(files.flatMap(({ path }) => (live.has(path) ? [] : [path])))
}

const wasRewritten = ({ path }: LedgerFile): GoldsyncError =>
  new PartitionRefused(
    'CONFLICT',
    `${path} is another file than the one by that name that the table had, and somebody else has rewritten or deleted that one in the table meanwhile: its rows might be there twice`,
    {
      hint: 'give the new file another name, or delete the rows of the old one from the table first',
      retryable: false,
    },
  )
