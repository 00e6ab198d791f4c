/** Which of a lake's topics has which table's name: those that meet in one name are told apart by what the catalogs have recorded. */
import { resolveNames, tableNameOf } from '../layout/naming.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { TOPIC } from '../state/table-state.ts'

type Call = Pick<RunOptions, 'signal' | 'dryRun'>

/**
 * Asks the catalogs for names that are wanted twice, and for no other.
 * @param onFailure told of a name that a catalog could not be asked for, and that no other has recorded: nobody is known to have it.
 *   Where nobody is told, the failure is thrown
 * @throws GoldsyncError as `Catalog.inspect`
 */
export async function assignNames(
  lake: Lake,
  topics: readonly string[],
  call: Call,
  onFailure?: (name: string, error: unknown) => void,
): Promise<ReturnType<typeof resolveNames>> {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const name of topics.map(topic => tableNameOf(topic, lake.naming)))
    (seen.has(name) ? twice : seen).add(name)
  const recorded = new Map<string, string>()
  for (const name of twice) {
    const { owner, failures } = await recordedTopic(lake, name, call)
    if (failures.length > 0 && onFailure === undefined) throw failures[0]
    if (owner !== undefined) recorded.set(name, owner)
    else if (failures.length > 0) onFailure?.(name, failures[0])
  }
  return resolveNames(topics, recorded, lake.naming)
}

/** The first that a catalog has recorded, and why those before it could not be asked. */
async function recordedTopic(lake: Lake, name: string, call: Call) {
  const failures: unknown[] = []
  for (const catalog of lake.catalogs) {
    try {
      const table = await catalog.inspect({ database: lake.database, name }, call)
      const owner = table?.parameters[TOPIC]
      if (owner !== undefined) return { owner, failures }
    } catch (error) {
      failures.push(error)
    }
  }
  return { owner: undefined, failures }
}
