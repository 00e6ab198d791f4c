/** Which of a lake's topics has which table's name: those that meet in one name are told apart by what the catalogs have recorded. */
import { resolveNames, tableNameOf } from '../layout/naming.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { TOPIC } from '../state/table-state.ts'

/** Asks the catalogs for names that are wanted twice, and for no other. @throws GoldsyncError as `Catalog.inspect` */
export async function assignNames(
  lake: Lake,
  topics: readonly string[],
  call: Pick<RunOptions, 'signal' | 'dryRun'>,
): Promise<ReturnType<typeof resolveNames>> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of topics.map(topic => tableNameOf(topic, lake.naming)))
    (seen.has(name) ? twice : seen).add(name)
  const recorded = new Map<string, string>()
  for (const name of twice) {
    const owner = await recordedTopic(lake, name, call)
    if (owner !== undefined) recorded.set(name, owner)
  }
  return resolveNames(topics, recorded, lake.naming)
}

async function recordedTopic(
  lake: Lake,
  name: string,
  call: Pick<RunOptions, 'signal' | 'dryRun'>,
): Promise<string | undefined> {
  for (const catalog of lake.catalogs) {
    const table = await catalog.inspect({ database: lake.database, name }, call)
    const owner = table?.parameters[TOPIC]
    if (owner !== undefined) return owner
  }
  return undefined
}
