/** Tables that only the catalog knows: of topics whose folders are gone, and of names that topics had before. Pure. */
import type { TableTrace } from '../catalogs/catalog.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import { tableNameOf } from '../layout/naming.ts'
import type { Lake } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { tableId } from '../schema/table.ts'
import { LAKE, TOPIC } from '../state/table-state.ts'

/**
 * What is to be said of tables of a lake's database that no topic of it has now.
 * @param roots that the lake has or had @param topics names of all that were listed, also of those that the config leaves out
 */
export function leftBehind(
  lake: Pick<Lake, 'naming' | 'includes'>,
  roots: readonly string[],
  catalog: string,
  topics: ReadonlySet<string>,
  tables: readonly TableTrace[],
): readonly Diagnostic[] {
  return tables.flatMap(table => {
    const topic = table.parameters[TOPIC]
    if (topic === undefined || !isOf(roots, table)) return []
    if (!topics.has(topic)) return [{ ...gone(table, topic, catalog), table: tableId(table.name) }]
    const name = tableNameOf(topic, lake.naming)
    // What the config leaves out is left alone on purpose.
    if (!lake.includes(topic) || name === table.name.name) return []
    return [{ ...renamed(table, topic, name, catalog), table: tableId(table.name) }]
  })
}

/** By what it records, else, of an older goldsync, by where it lies. */
function isOf(roots: readonly string[], { parameters, location }: TableTrace): boolean {
  const recorded = parameters[LAKE]
  return roots.some(root =>
    recorded === undefined ? relativeTo(root, location) !== undefined : sameLocation(root, recorded),
  )
}

const gone = ({ name, location }: TableTrace, topic: string, catalog: string): Diagnostic => ({
  code: 'TOPIC_GONE',
  severity: 'warning',
  path: location,
  message: `the table ${tableId(name)} in ${catalog} is of topic ${topic}, whose folder is not in the lake any more: no run looks at the table, and queries of it fail or find nothing`,
  fix: `put the folder back, or, where it is gone for good, take the table out of goldsync's hands: goldsync forget ${tableId(name)}`,
})

const renamed = (
  { name, location }: TableTrace,
  topic: string,
  now: string,
  catalog: string,
): Diagnostic => ({
  code: 'TABLE_LEFT_BEHIND',
  severity: 'warning',
  path: location,
  message: `the table ${tableId(name)} in ${catalog} is that of topic ${topic}, which the config calls ${now} now: no run brings it up to date, and it answers queries all the same`,
  fix: `give the table the new name, with all its partitions: goldsync rename ${tableId(name)} ${now}; where that one is there already, take the old one out of goldsync's hands: goldsync forget ${tableId(name)}`,
})
