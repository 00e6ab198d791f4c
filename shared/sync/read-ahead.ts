/** Tables of a scan's topics, read many at once shortly before they are worked on. Knows contracts only. */
import { summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Run } from '../run/run.ts'
import { type Table, type TableName, tableId } from '../schema/table.ts'

/** Tables that are read at once. */
const AT_ONCE = 100

/** What was read holds for so long, milliseconds: others may change the table meanwhile. */
const FRESH = 3000

/** @param since `performance.now()`: what was read before is asked for anew */
export type Inspect = (name: TableName, run: Run, since?: number) => Promise<Table | undefined>

interface Batch {
  readonly of: ReadonlySet<string>
  readonly begun: number
  /** Undefined while it is being read. */
  ended: number | undefined
  readonly tables: Promise<ReadonlyMap<string, Table>>
}

const isFresh = ({ begun, ended }: Batch, since: number): boolean =>
  begun >= since && (ended === undefined || performance.now() - ended <= FRESH)

/**
 * A catalog's `inspect`, of tables that a scan asks for one after another. What cannot be read with others is asked for by
 * itself, and fails by itself.
 * @param names of one database, in their order
 */
export function readAhead(catalog: Catalog, database: string, names: readonly string[]): Inspect {
  const left = new Set(names)
  let batch: Batch | undefined
  const read = (from: string, run: Run): Batch => {
    const of = [from, ...[...left].slice(0, AT_ONCE - 1)]
    const tables = readAll(catalog, database, of, run)
    const begun: Batch = { of: new Set(of), begun: performance.now(), ended: undefined, tables }
    void tables.then(() => {
      begun.ended = performance.now()
    })
    return begun
  }
  return async (name, run, since = 0) => {
    const isFirstTime = left.delete(name.name)
    const isRead = batch?.of.has(name.name) && isFresh(batch, since)
    if (!isFirstTime || (!isRead && left.size === 0)) return catalog.inspect(name, run)
    if (!isRead) batch = read(name.name, run)
    return (await batch?.tables)?.get(tableId(name)) ?? catalog.inspect(name, run)
  }
}

async function readAll(
  catalog: Catalog,
  database: string,
  names: readonly string[],
  run: Run,
): Promise<ReadonlyMap<string, Table>> {
  try {
    const tables = (await catalog.inspectAll?.(database, names, run)) ?? []
    return new Map(tables.map(table => [tableId(table.name), table]))
  } catch (error) {
    const { code, message } = summarizeError(error)
    run.log.debug({ runId: run.runId, catalog: catalog.name, code }, `tables are read one by one: ${message}`)
    return new Map()
  }
}
