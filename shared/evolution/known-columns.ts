/**
 * Which statistics of columns may be given to a catalog: those whose every number is proven. Catalogs cannot say "not known":
 * Trino takes 0 distinct values for 1 and fails on -1 (docs/statistics.md).
 */
import { distinctOf } from '../schema/column-statistics.ts'
import type { Bound, ColumnFacts, Value } from '../schema/facts.ts'
import type { KnownColumn, KnownRange } from '../schema/known-column.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'
import { sameType } from '../schema/type.ts'
import { factsOf } from './column-statistics.ts'

export interface KnownInput {
  /** All the files of a partition. */
  readonly files: readonly DataFile[]
  /** The files' columns merged. */
  readonly columns: readonly Column[]
  /** The table's columns. */
  readonly table: readonly Column[]
}

/** The columns of a partition of which all is known, and whose type in the files is the table's; in table order. */
export function knownColumns({ files, columns, table }: KnownInput): KnownColumn[] {
  const facts = factsOf(files)
  if (facts === undefined || facts.rows === 0) return []
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  return table.flatMap(column => {
    const [type, about] = [types.get(column.name), facts.columns.get(column.name)]
    const same = type !== undefined && sameType(type, column.type)
    return same && about !== undefined ? (knownColumn(column, about) ?? []) : []
  })
}

/**
 * Undefined where a number is missing, or catalogs keep none for the type. Timestamps are left out: Trino 476 fails
 * on their statistics (trinodb/trino#24988). Text and bytes are too, since no footer tells the greatest length.
 */
function knownColumn({ name, type }: Column, facts: ColumnFacts): KnownColumn | undefined {
  const { rows, nulls } = facts
  const distinct = distinctOf(facts)
  if (nulls === undefined || distinct === undefined) return undefined
  const about = { column: name, type, nulls }
  switch (type.kind) {
    case 'boolean':
      return ranged(facts, distinct, asBoolean, ({ range }) => {
        if (distinct > 1) return undefined
        const trues = range?.max === 1n ? rows - nulls : 0
        return { ...about, kind: 'boolean', trues, falses: rows - nulls - trues }
      })
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return ranged(facts, distinct, asInteger, range => ({ ...about, kind: 'integer', ...range }))
    case 'date':
      return ranged(facts, distinct, asDate, range => ({ ...about, kind: 'date', ...range }))
    case 'float':
    case 'double':
      return ranged(facts, distinct, asFloat, range => ({ ...about, kind: 'float', ...range }))
    case 'decimal': {
      const { scale } = type
      return ranged(facts, distinct, asDecimal(scale), range => ({
        ...about,
        kind: 'decimal',
        scale,
        ...range,
      }))
    }
    default:
      return undefined
  }
}

/** @param read the value in the domain of the table's type, or undefined where it is of another */
function ranged<T>(
  { min, max }: ColumnFacts,
  distinct: number,
  read: (value: Value) => T | undefined,
  known: (range: KnownRange<T>) => KnownColumn | undefined,
): KnownColumn | undefined {
  if (distinct === 0) return known({ distinct, range: undefined })
  const [least, greatest] = [exactly(min, read), exactly(max, read)]
  if (least === undefined || greatest === undefined) return undefined
  return known({ distinct, range: { min: least, max: greatest } })
}

const exactly = <T>(bound: Bound | undefined, read: (value: Value) => T | undefined): T | undefined =>
  bound?.exact ? read(bound.value) : undefined

const asBoolean = (value: Value) => (value.kind === 'boolean' ? value.value : undefined)
const asInteger = (value: Value) => (value.kind === 'integer' ? value.value : undefined)
const asDate = (value: Value) => (value.kind === 'date' ? value.value : undefined)
const asFloat = (value: Value) =>
  value.kind === 'float' && Number.isFinite(value.value) ? value.value : undefined
const asDecimal = (scale: number) => (value: Value) =>
  value.kind === 'decimal' && value.scale === scale ? value.value : undefined
