/** The catalog of a Hive warehouse by its SQL: for those who can reach HiveServer2 and nothing else. */

import { summarizeError } from '../../base/errors.ts'
import type { ServerFacts } from '../../base/server-facts.ts'
import { type HiveClient, hiveClient } from '../../hiveserver2/client.ts'
import { serverOf } from '../../hiveserver2/link.ts'
import { isNameable, readNames } from '../../hiveserver2/partition-names.ts'
import type { Change } from '../../schema/change.ts'
import { hiveStatements } from '../../sql/hive.ts'
import type { HiveBatch } from '../../sql/hive-statement.ts'
import type { Call, Catalog, Step } from '../catalog.ts'
import { hasNoRoom } from '../hive-limits.ts'
import { unlessForbidden } from '../refusals.ts'
import type { Refusing } from '../refusing.ts'
import { applySteps, summarize } from '../steps.ts'
import { applyStep } from './apply.ts'
import { notNameable } from './expect.ts'
import { applyInParts } from './in-parts.ts'
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
      steps: changes.flatMap(change => stepsOf(change, batch)),
    }),
    cannotHold: (keys, partition) =>
      isNameable(keys, partition.values) ? hasNoRoom(keys, partition) : notNameable(keys),
    apply: (plan, call = {}) => {
      const steps = (change: Change) => stepsOf(change, batch)
      const make = (step: Step, refusing: Refusing | undefined) =>
        refusing ? applyInParts(hive, step, { ...call, refusing }, steps) : applyStep(hive, step, call)
      return applySteps(plan, call, { make, stepsOf: steps })
    },
    servers: async call => [await factsOf(hive, serverOf(options), call)],
    close: () => hive.close(),
  }
}

async function factsOf(hive: HiveClient, server: string, call?: Call): Promise<ServerFacts> {
  try {
    return { server, version: await hive.version(call) }
  } catch (error) {
    return { server, error: summarizeError(error) }
  }
}

const stepsOf = (change: Change, batch: HiveBatch): readonly Step[] =>
  hiveStatements(change, batch).map(statement => ({ ...statement, summary: summarize(statement.change) }))
