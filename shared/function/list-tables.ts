/** Which tables a scan hands on. */

import { summarizeError } from '../base/errors.ts'
import type { Found, Topic } from '../lake/found.ts'
import { listTopics } from '../lake/topics.ts'
import type { Report } from '../run/report.ts'
import type { Lake } from '../run/run.ts'
import { tableOf } from '../run/wanted.ts'
import { type TableName, tableId } from '../schema/table.ts'
import type { Call } from '../storages/storage.ts'

export interface Listed extends Pick<Report, 'diagnostics' | 'failures'> {
  /** `database.table`, each once: topics that meet in one table make one request; `sync` tells whose it is. */
  readonly tables: readonly string[]
  readonly lakes: readonly ListedLake[]
}

interface ListedLake {
  readonly lake: Lake
  /** All topics of it; absent where they could not be listed. */
  readonly found?: Found<Topic>
  readonly topics: readonly { readonly topic: string; readonly name: TableName }[]
}

/** @param only lakes by their locations, and tables that are known already; where absent all lakes */
export async function listTables(
  lakes: readonly Lake[],
  call: Call,
  only?: { readonly lakes: readonly string[]; readonly tables: readonly string[] },
): Promise<Listed> {
  const wanted = only ? lakes.filter(({ location }) => only.lakes.includes(location)) : lakes
  const found = await Promise.all(wanted.map(lake => topicsOf(lake, call)))
  const names = found.flatMap(({ topics }) => topics.map(({ name }) => tableId(name)))
  return {
    tables: [...new Set([...(only?.tables ?? []), ...names])],
    lakes: found,
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
    failures: found.flatMap(({ failures }) => failures),
  }
}

async function topicsOf(
  lake: Lake,
  call: Call,
): Promise<ListedLake & Pick<Listed, 'diagnostics' | 'failures'>> {
  try {
    const found = await listTopics(lake, call)
    const topics = found.found
      .filter(({ name }) => lake.includes(name))
      .map(({ name: topic }) => ({
        topic,
        name: tableOf(lake, topic),
      }))
    return { lake, found, topics, diagnostics: found.diagnostics, failures: [] }
  } catch (error) {
    return {
      lake,
      topics: [],
      diagnostics: [],
      failures: [{ location: lake.location, error: summarizeError(error) }],
    }
  }
}
