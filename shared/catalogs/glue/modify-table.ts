/** A stored table as a change wants it: pure. What goldsync does not know stays as it is. */
import { isDeepStrictEqual } from 'node:util'
import type * as sdk from '@aws-sdk/client-glue'
import { GoldsyncError } from '../../base/errors.ts'
import { sameLocation } from '../../layout/location.ts'
import { type Table, tableId } from '../../schema/table.ts'
import { printType, sameType } from '../../schema/type.ts'
import { changeTable, type Retypes, type TableChange } from '../change-table.ts'
import { inGlue, tableInput, toFields, toTable } from './convert.ts'

/**
 * What Glue is sent, or undefined where the table is so already.
 * @throws GoldsyncError `NOT_FOUND` (no such column), `CONFLICT` (somebody changed what the change begins with)
 */
export function modified(stored: sdk.Table, change: TableChange): sdk.TableInput | undefined {
  const before = toTable(change.table, stored)
  if (change.kind === 'changeColumnTypes') expectTypes(before, change)
  if (change.kind === 'moveTable') expectLocation(before, change)
  const after = changeTable(before, change)
  const input = tableInput(stored)
  const wanted = {
    ...input,
    StorageDescriptor: descriptorOf(input, before, after),
    Parameters: { ...after.parameters },
  }
  return isDeepStrictEqual(wanted, input) ? undefined : wanted
}

const descriptorOf = (
  { StorageDescriptor }: sdk.TableInput,
  before: Table,
  after: Table,
): sdk.StorageDescriptor => ({
  ...StorageDescriptor,
  Columns: toFields(after.columns, StorageDescriptor?.Columns),
  Location: sameLocation(after.location, before.location)
    ? StorageDescriptor?.Location
    : inGlue(after.location),
})

function expectTypes(table: Table, { columns }: Retypes): void {
  for (const { name, from, to } of columns) {
    const type = table.columns.find(column => column.name === name)?.type
    if (type === undefined || sameType(type, from) || sameType(type, to)) continue
    throw changedByOther(
      `column ${name} of ${tableId(table.name)} is ${printType(type)}, not ${printType(from)}`,
    )
  }
}

function expectLocation(
  { name, location }: Table,
  { from, to }: Extract<TableChange, { kind: 'moveTable' }>,
): void {
  if (sameLocation(location, from) || sameLocation(location, to)) return
  throw changedByOther(`table ${tableId(name)} is at ${location}, not at ${from}`)
}

const changedByOther = (message: string): GoldsyncError =>
  new GoldsyncError('CONFLICT', message, {
    hint: 'someone else changed the table; the next run compares again',
  })
