/** The kinds of file that a run meets and that an engine has not read yet. Knows contracts only. */
import type { Catalog } from '../catalogs/catalog.ts'
import {
  contentOf,
  goneFrom,
  type KnownEngine,
  kindOf,
  type Traits,
  traitsOf,
  unreadOf,
  withoutFailed,
} from '../decide/kinds.ts'
import type { Engine } from '../engines/engine.ts'
import type { Run, TableJob } from '../run/run.ts'
import type { AcceptedPartition, LakeFile, ObservedPartition } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import type { Reader } from '../schema/reader.ts'
import {
  type Column,
  type Parameters,
  type PartitionValues,
  partitionKey,
  type TableName,
} from '../schema/table.ts'
import { NO_PROOFS, ofVersion, type Proofs, printProofs, proofsOn } from '../state/proofs.ts'
import { readerOf } from './readers.ts'

/** A file that stands for a kind. */
export interface Witness extends Traits {
  readonly partition: PartitionValues
  /** The partition's, from the topic's folder. */
  readonly path: string
  readonly location: string
  readonly file: LakeFile
  /** Tells its content from others. */
  readonly content: string
  /** Columns that the engine is known not to read, which is accepted: it is not asked for them. */
  readonly except: ReadonlySet<string>
}

/** What one engine is to prove. */
export interface Work extends KnownEngine {
  readonly engine: Engine
  readonly reader: Reader
  /** As they were when the run first looked, of the engine's present version. */
  readonly proofs: Proofs
  /** By kind, the newest first. */
  readonly witnesses: Map<string, Witness[]>
  /** Contents of files that it failed on and that are no longer there. */
  readonly gone: Set<string>
  /** Paths of partitions that were looked at. */
  readonly seen: Set<string>
}

export interface Kinds {
  /** What was observed, with those files as unaccepted that an engine is known to fail on. */
  admit(
    observed: readonly ObservedPartition[],
    registered: ReadonlyMap<string, RegisteredPartition>,
    columns: readonly Column[] | undefined,
  ): Promise<readonly ObservedPartition[]>
  /** Notes what the accepted partitions hold of kinds that are not proven. */
  note(accepted: readonly AcceptedPartition[], columns: readonly Column[]): void
  /**
   * The parameters that say so, and that the engines are to be asked, of a table that has these: to be set before the partitions
   * are registered, since a run that is killed leaves it to the next.
   */
  noted(parameters: Parameters): Parameters
  /** Paths of folders that were found, of those that wait for an engine. */
  readonly listed: Set<string>
  /** Of each engine that reads; none where no partition was observed. */
  work(): readonly Work[]
}

/** Engines that are asked for a job's table. */
export const enginesOf = ({ lake, catalog }: TableJob): readonly Engine[] => enginesFor(lake.engines, catalog)

/** What engines call a job's table. */
export const nameInEngines = ({ name, catalog }: Pick<TableJob, 'name' | 'catalog'>): TableName =>
  catalog.database === undefined ? name : { ...name, database: catalog.database }

/** Those of them that are asked about tables of a catalog. */
const enginesFor = (engines: readonly Engine[], catalog: Catalog): readonly Engine[] =>
  engines.filter(
    ({ catalogs, verify }) =>
      verify !== 'off' && catalogs.includes(catalog.name) && catalog.capabilities.readBy !== 'duckdb',
  )

/** Kinds that one run notes of a table, for each engine. */
const MOST_KINDS = 200

/** Of each kind: where an engine fails on one, another tells whether the fault is the kind's or the file's. */
const WITNESSES = 2

export function openKinds(job: TableJob, run: Run): Kinds {
  const asked = enginesOf(job)
  const engines = asked.filter(({ verify }) => verify !== 'metadata')
  let work: readonly Work[] = []
  const pathOf = ({ segments }: ObservedPartition) => segments.slice(job.topic.segments.length).join('/')
  return {
    listed: new Set(),
    work: () => work,
    async admit(observed, registered, columns = []) {
      if (observed.length === 0 || engines.length === 0) return observed
      if (work.length === 0) work = await Promise.all(engines.map(engine => openWork(engine, job, run)))
      return observed.map(partition => {
        const path = pathOf(partition)
        const isRegistered = registered.has(partitionKey(partition.values))
        if (isRegistered)
          for (const { gone, proofs } of work)
            for (const content of goneFrom(partition, path, proofs)) gone.add(content)
        const known = work.map(one => stillFailing(one, isRegistered && run.mode === 'full'))
        return withoutFailed(partition, { path, registered: isRegistered, columns, engines: known })
      })
    },
    note(accepted, columns) {
      for (const one of work)
        for (const partition of accepted.toReversed())
          noteKinds(one, partition, pathOf(partition.observed), columns)
    },
    noted(parameters) {
      return printProofs(newsOf(job, asked, work, parameters), parameters).parameters
    },
  }
}

/**
 * What the table is to say of the engines before partitions are registered; nothing where it says so already. No partition is
 * named: until the run has asked, other runs have not to ask for what is this one's.
 * @param parameters as the table has them now
 */
function newsOf(
  job: TableJob,
  asked: readonly Engine[],
  work: readonly Work[],
  parameters: Parameters,
): Map<string, Proofs> {
  const known = proofsOn(parameters, asked)
  const before = (name: string): Proofs => known.get(name) ?? NO_PROOFS
  const ofNewTable = job.table ? [] : asked.map(({ name }) => [name, toBeAsked(before(name))] as const)
  return new Map([...ofNewTable, ...work.flatMap(one => withUnproven(one, before(one.name), job))])
}

const toBeAsked = (proofs: Proofs): Proofs => ({ ...proofs, unseen: proofs.unseen ?? [] })

function withUnproven(
  { name, reader, witnesses }: Work,
  before: Proofs,
  { table }: TableJob,
): [string, Proofs][] {
  const proofs = ofVersion(before, reader.version)
  const paths = new Set([...witnesses.values()].flatMap(([first]) => first?.path ?? []))
  const news = [...paths].filter(path => !proofs.unproven.includes(path))
  if (news.length === 0 && table) return []
  return [[name, toBeAsked({ ...proofs, unproven: [...news, ...proofs.unproven] })]]
}

async function openWork(engine: Engine, job: TableJob, run: Run): Promise<Work> {
  const reader = await readerOf(engine, run)
  const proofs = ofVersion(job.proofs.get(engine.name) ?? NO_PROOFS, reader.version)
  const { name } = engine
  const known = { ...reader, version: proofs.version }
  return { name, engine, reader: known, proofs, witnesses: new Map(), gone: new Set(), seen: new Set() }
}

/** A full scan lets engines try again what they failed on, where that does no more harm. */
const stillFailing = ({ name, proofs, gone }: Work, again: boolean): KnownEngine => ({
  name,
  proofs: { ...proofs, failures: again ? [] : proofs.failures.filter(({ file }) => !gone.has(file)) },
})

function noteKinds(
  { reader, proofs, witnesses, seen }: Work,
  { observed: { values, location }, files }: AcceptedPartition,
  path: string,
  columns: readonly Column[],
): void {
  seen.add(path)
  for (const file of files.toSorted((a, b) => a.size - b.size)) {
    const traits = traitsOf(file)
    const except = unreadOf(file, columns, reader)
    // Of a file without rows an engine can return none: it shows nothing, nor does one that the engine is known not to open.
    if (traits === undefined || file.rows === 0 || except === 'all') continue
    const kind = kindOf(traits, columns)
    const before = witnesses.get(kind) ?? []
    const full = before.length >= WITNESSES || (before.length === 0 && witnesses.size >= MOST_KINDS)
    if (full || proofs.proven.includes(kind)) continue
    const { path: name, size, modified, etag } = file
    const listed = { path: name, size, modified, ...(etag === undefined ? {} : { etag }) }
    const content = contentOf(file)
    const witness = { ...traits, partition: values, path, location, file: listed, content, except }
    witnesses.set(kind, [...before, witness])
  }
}
