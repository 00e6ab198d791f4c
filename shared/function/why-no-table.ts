/** Why topics have no table, as far as a few calls tell it: what a run would fail with, though no run leaves it anywhere. */
import pMap from 'p-map'
import { type ErrorSummary, summarizeError } from '../base/errors.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Topic } from '../lake/found.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import { noDatabase } from '../table/before-making.ts'

/** Folders that are looked at: what keeps goldsync out of one keeps it out of others, as a rule. */
const MOST_LOOKS = 20
const LOOKS_AT_ONCE = 8

/** Undefined where nothing is known to be wrong: no scan has come to the topic, or nothing in it can be registered. */
export type WhyNoTable = (topic: string, catalog: string) => ErrorSummary | undefined

/** @param topics those without a table in one of the lake's catalogs */
export async function whyNoTable(
  lake: Lake,
  topics: readonly Topic[],
  catalogs: readonly Catalog[],
  call: Pick<RunOptions, 'signal'>,
): Promise<WhyNoTable> {
  const [folders, databases] = await Promise.all([
    pMap(
      topics.slice(0, MOST_LOOKS),
      async ({ name, location }) => [name, await errorOf(lake.storage.list(location, call))] as const,
      { concurrency: LOOKS_AT_ONCE },
    ),
    Promise.all(
      catalogs.map(
        async catalog => [catalog.name, await errorOf(findDatabase(lake, catalog, call))] as const,
      ),
    ),
  ])
  const [ofFolder, ofDatabase] = [new Map(folders), new Map(databases)]
  return (topic, catalog) => ofFolder.get(topic) ?? ofDatabase.get(catalog)
}

/**
 * As a run asks, whoever makes databases: DuckDB tells here that its file cannot be written, or its package is missing.
 * @throws GoldsyncError `NOT_FOUND` where it is missing, and no run makes it
 */
async function findDatabase(lake: Lake, catalog: Catalog, call: Pick<RunOptions, 'signal'>): Promise<void> {
  const isThere = await catalog.hasDatabase(lake.database, { ...call, dryRun: true })
  if (isThere || lake.createDatabase || catalog.capabilities.createsDatabases) return
  throw noDatabase(lake.database, catalog.name)
}

const errorOf = (asked: Promise<unknown>): Promise<ErrorSummary | undefined> =>
  asked.then(() => undefined, summarizeError)
