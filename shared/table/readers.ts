/** Who reads a table, by what the config says and what its engines say of themselves. Knows contracts only. */
import type { Catalog } from '../catalogs/catalog.ts'
import type { Engine } from '../engines/engine.ts'
import { ASSUMED_OF_ICEBERG, ASSUMED_READERS } from '../evolution/readers.ts'
import type { Lake, Run, TableJob } from '../run/run.ts'
import { READER_KINDS, type Reader, type ReaderKind } from '../schema/reader.ts'

/** The readers of the job's table; engines are asked when this is first called. */
export type Readers = () => Promise<readonly Reader[]>

export function openReaders(job: TableJob, run: Run): Readers {
  let asked: ReturnType<Readers> | undefined
  return () => {
    asked ??= readersOf(job, run)
    return asked
  }
}

async function readersOf({ lake, catalog, proofs }: TableJob, run: Run): Promise<readonly Reader[]> {
  if (catalog.capabilities.readBy === 'duckdb') return ofCatalog(lake, catalog, [])
  const asKnown = async (engine: Engine): Promise<Reader> => {
    const reader = await readerOf(engine, run)
    // One that does not answer now is what it was when it last read the table.
    return { ...reader, version: reader.version ?? proofs.get(engine.name)?.version }
  }
  return ofCatalog(lake, catalog, await Promise.all(enginesIn(lake, catalog).map(asKnown)))
}

/** The kinds of readers of a catalog's tables; no engine is asked. */
export const readerKinds = (lake: Lake, catalog: Catalog): readonly ReaderKind[] =>
  ofCatalog(lake, catalog, enginesIn(lake, catalog).map(unknownVersion)).map(({ kind }) => kind)

const enginesIn = (lake: Lake, { name }: Catalog): readonly Engine[] =>
  lake.engines.filter(({ catalogs }) => catalogs.includes(name))

/** Those that the config says, with the catalog's own; of Hive's, where nobody is said, those that are assumed. */
function ofCatalog(
  lake: Lake,
  { capabilities: { readBy } }: Catalog,
  engines: readonly Reader[],
): readonly Reader[] {
  if (readBy === 'duckdb') return [{ kind: readBy, version: undefined }]
  const said = [...engines, ...(lake.readers ?? [])]
  if (readBy === 'iceberg') return said.length > 0 || lake.readers ? said : ASSUMED_OF_ICEBERG
  if (readBy === 'athena') return [{ kind: readBy, version: undefined }, ...said]
  return said.length > 0 || lake.readers ? said : ASSUMED_READERS
}

const kindOf = (engine: string): ReaderKind => READER_KINDS.find(known => known === engine) ?? 'hive'

/** A server gets another version when it is started again: what it said counts for so long, milliseconds. */
const FRESH = 10 * 60_000

/** An engine that is down is not waited for: any of its versions may be meant. */
const PATIENCE = 5000

/** Nor by one table after the other: so long it is taken to be down still, milliseconds. */
const DOWN = 60_000

const known = new WeakMap<Engine, { readonly until: number; readonly reader: Promise<Reader> }>()

/** An engine as it says itself; asked once in a while, and of unknown version where it does not answer. */
export function readerOf(engine: Engine, { now }: Run): Promise<Reader> {
  const before = known.get(engine)
  if (before && now() < before.until) return before.reader
  const reader = engine.reader({ signal: AbortSignal.timeout(PATIENCE) }).catch(() => {
    known.set(engine, { until: now() + DOWN, reader })
    return unknownVersion(engine)
  })
  known.set(engine, { until: now() + FRESH, reader })
  return reader
}

const unknownVersion = ({ kind }: Engine): Reader => ({
  kind: kindOf(kind),
  version: undefined,
})
