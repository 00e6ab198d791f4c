/** Lakes of one run that lead to the same table: a new one is made for neither of them. */
import type { Catalog } from '../catalogs/catalog.ts'
import type { Found, Topic } from '../lake/found.ts'
import { listTopics } from '../lake/topics.ts'
import { tableNameOf } from '../layout/naming.ts'
import { sharingDatabase } from '../run/roots.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type TableName, tableId } from '../schema/table.ts'

/** The topics of a lake, listed once a run, whoever asks. @throws GoldsyncError as `listTopics` */
export type Listing = (lake: Lake) => Promise<Found<Topic>>

export function openListing(call: Pick<RunOptions, 'signal'>): Listing {
  const listed = new Map<Lake, Promise<Found<Topic>>>()
  return lake => {
    const before = listed.get(lake)
    if (before) return before
    const topics = listTopics(lake, call)
    listed.set(lake, topics)
    return topics
  }
}

interface NewTable {
  readonly lake: Lake
  readonly topic: Topic
  readonly name: TableName
}

/**
 * Why a table that does not exist yet must not be made: another lake of the run would fill it too. One that exists is its
 * recorded lake's (adoption/place.ts). A lake that cannot be listed is not waited for longer than that takes.
 */
export async function alsoOfSisters(
  { lake, topic, name }: NewTable,
  catalog: Catalog,
  lakes: readonly Lake[],
  listing: Listing,
): Promise<Diagnostic | undefined> {
  for (const sister of sharingDatabase(lake, catalog, lakes)) {
    const { found } = await listing(sister).catch(() => ({ found: [] }))
    const rival = found.find(
      other => sister.includes(other.name) && tableNameOf(other.name, sister.naming) === name.name,
    )
    if (rival) return collision(topic, rival, name, catalog)
  }
  return undefined
}

/** The same words for both of them. */
const collision = (topic: Topic, rival: Topic, name: TableName, catalog: Catalog): Diagnostic => ({
  code: 'TABLE_OF_OTHER_LAKE',
  severity: 'error',
  path: topic.location,
  message: `${[topic, rival]
    .map(each => `topic ${each.name} at ${each.location}`)
    .sort()
    .join(
      ' and ',
    )}, of two lakes, lead to one table, ${tableId(name)} in ${catalog.name}, so it is made for neither: each lake has marks of its own, and what is gone from one may be in the other`,
  fix: 'give one of the lakes another database, or leave the topic out of one with tables.include or tables.exclude; a view with UNION ALL shows both tables as one (docs/adoption.md#two-lakes)',
})
