/** Tables of a scan's topics, read many at once shortly before they are worked on. Knows contracts only. */
import { summarizeError } from '../base/errors.ts'
import type { Catalog, TablesByName } from '../catalogs/catalog.ts'
import type { Run } from '../run/run.ts'
import type { Table, TableName } from '../schema/table.ts'

/** Tables that are read at once, at most. */
const AT_ONCE = 100

/** What was read holds for so long after the answer, milliseconds: others may change the table meanwhile. */
const FRESH = 3000

/** @param since `performance.now()`: what was read before is asked for anew */
export type Inspect = (name: TableName, run: Run, since?: number) => Promise<Table | undefined>

interface Batch {
  readonly of: ReadonlySet<string>
  readonly begun: number
  /** Undefined while it is being read. */
  ended: number | undefined
  /** Tables that were asked for while it was fresh, but for the first one. */
  asked: number
  readonly tables: Promise<TablesByName | undefined>
}

const isFresh = ({ ended }: Batch): boolean => ended === undefined || performance.now() - ended <= FRESH

/** Where tables take long, more would be read in vain; where they do not, there are soon a hundred again. */
const nextSize = (last: Batch | undefined): number => (last ? Math.min(AT_ONCE, 2 * last.asked + 1) : AT_ONCE)

/**
 * A catalog's `inspect`, of tables that a scan asks for one after another. What cannot be read with others is asked for by
 * itself, and fails by itself; once that was so of a whole batch, all that follow are. So is one that is not there: before a run
 * makes it, somebody else may.
 * @param names of one database, in their order
 */
export function readAhead(catalog: Catalog, database: string, names: readonly string[]): Inspect {
  const left = new Set(names)
  let batch: Batch | undefined
  let isAlone = catalog.inspectAll === undefined
  const open = (of: readonly string[], tables: Batch['tables']): Batch => {
    const begun: Batch = { of: new Set(of), begun: performance.now(), ended: undefined, asked: 0, tables }
    void tables.then(read => {
      begun.ended = performance.now()
      isAlone ||= read === undefined
    })
    return begun
  }
  const take = async ({ tables }: Batch, name: TableName, run: Run) =>
    (await tables)?.get(name.name) ?? catalog.inspect(name, run)
  const next = (name: TableName, run: Run) => {
    const following = firstOf(left, nextSize(batch) - 1)
    if (following.length > 0) {
      const of = [name.name, ...following]
      batch = open(of, readAll(catalog, database, of, run))
      return take(batch, name, run)
    }
    const table = catalog.inspect(name, run)
    batch = open([name.name], table.then(nothingElse, nothingElse))
    return table
  }
  return async (name, run, since = 0) => {
    if (!left.delete(name.name) || isAlone) return catalog.inspect(name, run)
    if (batch === undefined || !isFresh(batch)) return next(name, run)
    batch.asked += 1
    if (!batch.of.has(name.name)) return next(name, run)
    return batch.begun < since ? catalog.inspect(name, run) : take(batch, name, run)
  }
}

const nothingElse = (): TablesByName => new Map()

function firstOf(names: Iterable<string>, most: number): string[] {
  const first: string[] = []
  for (const name of names) {
    if (first.length >= most) break
    first.push(name)
  }
  return first
}

/** @returns undefined where they cannot be read */
async function readAll(
  catalog: Catalog,
  database: string,
  names: readonly string[],
  run: Run,
): Promise<TablesByName | undefined> {
  try {
    return await catalog.inspectAll?.(database, names, run)
  } catch (error) {
    const { code, message } = summarizeError(error)
    run.log.debug({ runId: run.runId, catalog: catalog.name, code }, `tables are read one by one: ${message}`)
    return undefined
  }
}
