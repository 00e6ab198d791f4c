/** The catalog of AWS Glue: for Athena, EMR, Redshift Spectrum, and Trino and Spark in the cloud. */
import type { Change } from '../../schema/change.ts'
import type { ApplyCall, Capabilities, Catalog, Plan } from '../catalog.ts'
import { unlessForbidden } from '../refusals.ts'
import { applySteps } from '../steps.ts'
import { withdrawnBy, withdrawnWith } from '../withdrawn.ts'
import { addPartitions } from './add-partitions.ts'
import { alterPartitions } from './alter-partitions.ts'
import { alterTable } from './alter-table.ts'
import type { GlueCall } from './batches.ts'
import { type Glue, openGlueClient } from './client.ts'
import { toTable } from './convert.ts'
import { createDatabase, createTable } from './create.ts'
import { dropPartitions } from './drop-partitions.ts'
import { hasNoRoom, withinLimits } from './limits.ts'
import { altered, moved, stripped } from './modify-partition.ts'
import type { GlueOptions } from './options.ts'
import { stepsOf } from './plan.ts'
import { findTable, findTables, hasDatabase, readOthers, readPartitions } from './read.ts'
import { renameTable } from './rename-table.ts'
import { withdrawStale } from './statistics.ts'

const CAPABILITIES: Capabilities = {
  visibility: 'directory',
  partitionParameters: true,
  bulkDetails: true,
  cascades: false,
  readBy: 'athena',
}

/** Opens the catalog; the SDK is loaded by the first request. @param name its name in the config */
export function openGlue(name: string, options: GlueOptions): Catalog {
  const glue = openGlueClient(options)
  return {
    name,
    kind: 'glue',
    capabilities: CAPABILITIES,
    hasDatabase: (database, call = {}) => unlessForbidden(hasDatabase(glue, database, call)),
    async inspect(table, call = {}) {
      const stored = await findTable(glue, table, call)
      return stored && toTable(table, stored)
    },
    async inspectAll(database, names, call = {}) {
      const tables = await findTables(glue, database, names, call)
      // Of one that is not listed nothing is known: Lake Formation lists no table that the caller has no rights to.
      return new Map([...tables].map(([name, stored]) => [name, toTable({ database, name }, stored)]))
    },
    partitions: (table, which, call = {}) => readPartitions(glue, table, which, call),
    otherTables: (database, than, call = {}) => readOthers(glue, database, than, call),
    cannotHold: (_, partition) => hasNoRoom(partition),
    plan: (table, changes) => ({ table, steps: changes.flatMap(stepsOf) }),
    apply: (plan, call = {}) => apply(glue, plan, call),
    async close() {
      glue.close()
    },
  }
}

const apply = (glue: Glue, plan: Plan, call: ApplyCall): Promise<void> =>
  applySteps(plan, call, {
    async make({ change }, refusing) {
      const within = withinLimits(change, refusing)
      if (within) await make(glue, within, refusing ? { ...call, refusing } : call)
    },
    stepsOf,
  })

function make(glue: Glue, change: Change, call: GlueCall): Promise<void> {
  switch (change.kind) {
    case 'createDatabase':
      return createDatabase(glue, change.database, call)
    case 'createTable':
      return createTable(glue, change.table, call)
    case 'addColumns':
    case 'changeColumnTypes':
    case 'moveTable':
    case 'setParameters':
      return alterTable(glue, change, call)
    case 'addPartitions':
      return addPartitions(glue, change, call)
    case 'alterPartitions':
      return alterPartitions(glue, change, altered, call, {
        prepare: withdrawStale(
          glue,
          change.table,
          ({ parameters }, stored) => withdrawnBy(parameters, stored),
          call,
        ),
      })
    case 'movePartitions':
      return alterPartitions(glue, change, moved, call)
    case 'dropPartitions':
      return dropPartitions(glue, change, call)
    case 'stripPartitions':
      return alterPartitions(glue, change, stripped(change.prefix), call, {
        skipMissing: true,
        prepare: withdrawStale(glue, change.table, (_, stored) => withdrawnWith(change.prefix, stored), call),
      })
    case 'renameTable':
      return renameTable(glue, change, call)
    default:
      return change satisfies never
  }
}
