/** Asks the catalogs for tables that no topic has now: what runs that walk the storage would never meet. */
import { summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import { leftBehind } from '../decide/left-behind.ts'
import type { Found, Topic } from '../lake/found.ts'
import { tableNameOf } from '../layout/naming.ts'
import { rootsIn } from '../run/roots.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'

/** One look at the database in each catalog that can be asked for it. A failure is a finding. @param listed all topics of the lake */
export async function findLeftBehind(
  lake: Lake,
  { found, complete }: Found<Topic>,
  call: Pick<RunOptions, 'signal'>,
): Promise<readonly Diagnostic[]> {
  // What could not be listed is not gone.
  if (!complete) return []
  const topics = new Set(found.map(({ name }) => name))
  const current = new Set(
    [...topics].filter(name => lake.includes(name)).map(name => tableNameOf(name, lake.naming)),
  )
  const told = await Promise.all(
    lake.catalogs.map(async catalog => {
      try {
        const tables = await catalog.otherTables?.(lake.database, current, call)
        return leftBehind(lake, rootsIn(lake, catalog), catalog.name, topics, tables ?? [])
      } catch (error) {
        return call.signal?.aborted ? [] : [notAsked(lake, catalog, error)]
      }
    }),
  )
  return told.flat()
}

function notAsked({ database }: Lake, { name }: Catalog, error: unknown): Diagnostic {
  const { message, hint } = summarizeError(error)
  return {
    code: 'TABLES_NOT_LISTED',
    severity: 'warning',
    message: `the tables of ${database} in ${name} could not be listed, so tables of topics that are gone would not be found: ${message}`,
    fix: hint ?? 'grant the right to list tables (docs/catalogs)',
  }
}
