/** Lets Hive read one file, by statements that are no jobs: one for all columns, one for the conditions. */
import type { HiveClient } from '../../hiveserver2/client.ts'
import { failureOnFile } from '../../hiveserver2/errors.ts'
import type { Column } from '../../schema/table.ts'
import { printType, type Type } from '../../schema/type.ts'
import { hiveLiteral, hiveName, hiveTable } from '../../sql/hive-text.ts'
import type { Call, Condition, Probe, Proof } from '../engine.ts'
import { namesOther, noRow, otherFails } from '../not-read.ts'

/** The server then reads by itself and starts no job, however large the partition is. */
const WITHOUT_JOB = { 'hive.fetch.task.conversion': 'more', 'hive.fetch.task.conversion.threshold': '-1' }

/** @throws GoldsyncError where Hive was not asked; `NoRow` where it finds no row of the file */
export async function readFile(hive: HiveClient, probe: Probe, call: Call = {}): Promise<Proof> {
  const isFound = async (what: string, where: readonly string[]) => {
    const statement = `SELECT ${what} FROM ${hiveTable(probe.table)} WHERE ${[...ofFile(probe), ...where].join(' AND ')} LIMIT 1`
    return (await hive.execute(statement, { ...call, settings: WITHOUT_JOB })).length > 0
  }
  try {
    if (!(await isFound(allOf(probe.columns), []))) throw noRow('Hive', probe)
    const lost = await lostOf(probe.conditions, conditions => isFound('1', conditions.map(holds)))
    return { outcome: 'read', lost }
  } catch (error) {
    const message = failureOnFile(error)
    if (message === undefined) throw error
    if (namesOther(message, probe.file)) throw otherFails('Hive', probe, message)
    return { outcome: 'cannot', message }
  }
}

/** One row may have the values of all; else each of them is asked for. */
async function lostOf(
  conditions: readonly Condition[],
  isFound: (conditions: readonly Condition[]) => Promise<boolean>,
): Promise<readonly Condition[]> {
  if (conditions.length === 0 || (await isFound(conditions))) return []
  const valued = conditions.filter(({ value }) => value !== undefined)
  if (conditions.length === 1) return valued
  const lost: Condition[] = []
  for (const condition of valued) if (!(await isFound([condition]))) lost.push(condition)
  return lost
}

/** A hash tells no values, and is made of all that is inside nested ones. */
const allOf = (columns: readonly Column[]): string =>
  columns.length === 0 ? '1' : `hash(${columns.map(({ name }) => hiveName(name)).join(', ')})`

/** Hive knows a row's file only once it has read the row: of the partition's other files it reads what comes before. */
function ofFile({ keys, partition, file }: Probe): readonly string[] {
  const name = file.replace(/[\\%_]/g, '\\$&')
  const values = keys.map((key, at) => isValue(key, partition[at] ?? ''))
  return [...values, `INPUT__FILE__NAME LIKE ${hiveLiteral(`%/${name}`)}`]
}

/** hive.exec.default.partition.name */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__'

function isValue({ name, type }: Column, value: string): string {
  if (value !== NULL_VALUE) return `${hiveName(name)} = ${literal(type, value)}`
  // To Hive 4 the NULL of a key of text is this text (seen on 4.0.1).
  const asText = type.kind === 'string' ? ` OR ${hiveName(name)} = ${hiveLiteral(value)}` : ''
  return `(${hiveName(name)} IS NULL${asText})`
}

const holds = ({ column: { name, type }, value }: Condition): string =>
  value === undefined ? `${hiveName(name)} IS NOT NULL` : `${hiveName(name)} = ${literal(type, value)}`

function literal(type: Type, value: string): string {
  switch (type.kind) {
    case 'string':
      return hiveLiteral(value)
    case 'binary':
      return `unhex(${hiveLiteral(value)})`
    case 'boolean':
      return value === 'true' ? 'true' : 'false'
    default:
      return `CAST(${hiveLiteral(value)} AS ${printType(type)})`
  }
}
