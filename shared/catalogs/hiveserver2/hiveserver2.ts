/** The catalog of a Hive warehouse by its SQL: for those who can reach HiveServer2 and nothing else. */

import { hiveClient } from '../../hiveserver2/client.ts'
import { readNames } from '../../hiveserver2/partition-names.ts'
import { hiveStatements } from '../../sql/hive.ts'
import type { Catalog } from '../catalog.ts'
import { unlessForbidden } from '../refusals.ts'
import { applySteps, summarize } from '../steps.ts'
import { applyStep } from './apply.ts'
import type { HiveServer2Options } from './options.ts'
import { hasDatabase, readDetails, readTable } from './read.ts'

/** One statement that adds or drops partitions holds no more characters than these. */
const STATEMENT_LENGTH = 512 * 1024

/** Opens the catalog; it connects on first use. @param name its name in the config */
export function openHiveServer2(name: string, options: HiveServer2Options): Catalog {
  const hive = hiveClient(options)
  const batch = { partitions: options.batch, length: STATEMENT_LENGTH }
  return {
    name,
    kind: 'hiveserver2',
    capabilities: {
      visibility: 'directory',
      readBy: 'hive',
      hiveSql: true,
      partitionParameters: false,
      bulkDetails: false,
      cascades: true,
    },
    hasDatabase: (database, call) => unlessForbidden(hasDatabase(hive, database, call)),
    inspect: (table, call) => readTable(hive, table, call),
    partitions: (table, which, call) =>
      which.want === 'names'
        ? readNames(hive, table, which.among, call)
        : readDetails(hive, table, which.among, call),
    plan: (table, changes) => ({
      table,
      steps: changes
        .flatMap(change => hiveStatements(change, batch))
        .map(statement => ({ ...statement, summary: summarize(statement.change) })),
    }),
    apply: (plan, call = {}) => applySteps(plan, call, step => applyStep(hive, step, call)),
    close: () => hive.close(),
  }
}
