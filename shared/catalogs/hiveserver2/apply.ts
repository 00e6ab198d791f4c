/** Makes one step. Hive SQL has no compare-and-set, so what would silently overwrite or delete is looked at first. */

import type { HiveClient } from '../../hiveserver2/client.ts'
import { alreadyExists } from '../../hiveserver2/errors.ts'
import { typeStatements } from '../../sql/hive.ts'
import type { ApplyCall, Step } from '../catalog.ts'
import {
  expectColumns,
  expectFilesKept,
  expectNameable,
  expectSettable,
  isMovedPartition,
  isMovedTable,
  isRenamed,
} from './expect.ts'
import { settle } from './settle.ts'

/** @throws GoldsyncError `CONFLICT`, `NOT_FOUND`, and as the client does */
export async function applyStep(hive: HiveClient, step: Step, call: ApplyCall): Promise<void> {
  for (const statement of await statementsOf(hive, step, call)) {
    try {
      await hive.execute(statement, call)
    } catch (error) {
      if (!alreadyExists(error)) throw error
      await settle(hive, step, error, call)
    }
  }
}

/** The statements of the step that are still to be sent. */
async function statementsOf(
  hive: HiveClient,
  { command, change }: Step,
  call: ApplyCall,
): Promise<readonly string[]> {
  if ('partitions' in change) expectNameable(change)
  switch (change.kind) {
    case 'changeColumnTypes':
      await expectColumns(hive, change, call)
      return typeStatements(change)
    case 'addColumns':
      if (change.expected) await expectSettable(hive, { ...change, parameters: {} }, call)
      return [command]
    case 'setParameters':
      if (change.expected) await expectSettable(hive, change, call)
      return [command]
    case 'movePartitions':
      return (await isMovedPartition(hive, change, call)) ? [] : [command]
    case 'moveTable':
      return (await isMovedTable(hive, change, call)) ? [] : [command]
    case 'renameTable':
      return (await isRenamed(hive, change, call)) ? [] : [command]
    case 'dropPartitions':
      await expectFilesKept(hive, change.table, call)
      return [command]
    default:
      return [command]
  }
}
