/** What Athena makes of a table's changes: names and types that are not for it. From AWS's documentation, not measured. */
import type { Change } from '../schema/change.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'
import { printType, type Type } from '../schema/type.ts'

/** Findings on what comes to a table. @param behind registered partitions that get new types after the table, one by one */
export const athenaFindings = (changes: readonly Change[], behind: number): readonly Diagnostic[] =>
  changes.flatMap(change => {
    switch (change.kind) {
      case 'createTable':
        return [...change.table.columns, ...change.table.partitionKeys].flatMap(unfitName)
      case 'addColumns':
        return change.columns.flatMap(unfitName)
      case 'changeColumnTypes':
        return change.columns.flatMap(retype => {
          const keeps = !change.cascade && !coerces(retype.from, retype.to)
          return [
            ...unfitName({ name: retype.name, type: retype.to }),
            ...(keeps ? [mismatch(retype, behind)] : []),
          ]
        })
      default:
        return []
    }
  })

// https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
const COLUMN_NAME = /^[a-z0-9_]+$/
const FIELD_NAME = /^[A-Za-z0-9_.]+$/

function unfitName({ name, type }: Column): readonly Diagnostic[] {
  const unfit = COLUMN_NAME.test(name) ? fieldNames(type).find(field => !FIELD_NAME.test(field)) : name
  if (unfit === undefined) return []
  const what = unfit === name ? `the name of column ${name}` : `the field name ${unfit} in column ${name}`
  return [
    {
      code: 'ATHENA_NAME',
      severity: 'warning',
      column: name,
      message: `${what} has characters other than letters, digits and _: Athena does not support them, and its queries of the column can fail`,
      fix: 'give it another name in the pipeline; queries that do not touch the column are not concerned',
    },
  ]
}

function fieldNames(type: Type): readonly string[] {
  switch (type.kind) {
    case 'array':
      return fieldNames(type.element)
    case 'map':
      return [...fieldNames(type.key), ...fieldNames(type.value)]
    case 'struct':
      return type.fields.flatMap(field => [field.name, ...fieldNames(field.type)])
    default:
      return []
  }
}

// https://docs.aws.amazon.com/athena/latest/ug/updates-changing-column-type.html
const WIDER: Readonly<Record<string, readonly Type['kind'][]>> = {
  tinyint: ['smallint', 'int', 'bigint'],
  smallint: ['int', 'bigint'],
  int: ['bigint'],
  float: ['double'],
}

/** Whether Athena reads a partition that has one type under a table that has the other. */
const coerces = (from: Type, to: Type): boolean => WIDER[from.kind]?.includes(to.kind) ?? false

function mismatch({ name, from, to }: { name: string; from: Type; to: Type }, behind: number): Diagnostic {
  const [before, after] = [from, to].map(type => shorten(printType(type)))
  return {
    code: 'ATHENA_SCHEMA_MISMATCH',
    severity: behind > 0 ? 'info' : 'warning',
    column: name,
    message: `column ${name} changes from ${before} to ${after}, which Athena is not documented to convert: it may refuse partitions that have the old type yet (HIVE_PARTITION_SCHEMA_MISMATCH)`,
    fix:
      behind > 0
        ? `nothing: the ${behind} registered partitions get the new type next`
        : 'where Athena refuses an old partition, drop it in the catalog and run a full scan, which registers it with the new type',
  }
}

const SHOWN = 120

const shorten = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
