/** Writers whose statistics are known to be false, by the `created_by` of their files. */
import type { Leaf } from './tree.ts'

interface Fault {
  readonly writer: RegExp
  readonly hits: (leaf: Leaf) => boolean
  /** Of the bounds. */
  readonly what: string
}

const isDecimal = (leaf: Leaf): boolean => leaf.logical?.kind === 'decimal'

const FAULTS: readonly Fault[] = [
  {
    // github.com/apache/arrow-rs/issues/10860
    writer: /^parquet-rs/,
    hits: leaf => isDecimal(leaf) && leaf.physical === 'BYTE_ARRAY',
    what: 'parquet-rs compared decimals of several lengths as bytes',
  },
]

/** Why the bounds of a column are not believed, or undefined. */
export function boundsFault(createdBy: string, leaf: Leaf): string | undefined {
  const fault = FAULTS.find(({ writer, hits }) => writer.test(createdBy) && hits(leaf))
  return fault?.what
}

const DUCKDB = /^DuckDB /

/**
 * Whether the writer counts distinct values of the column exactly. DuckDB does, from its dictionaries, but for an ENUM it
 * counts the type's labels, and its files do not tell ENUM from VARCHAR (seen in 1.5.6). arrow-rs counts the keys of
 * dictionaries (github.com/apache/arrow-rs/issues/11172), other writers estimate or do not count.
 */
export const countsDistinct = (createdBy: string, { physical }: Leaf): boolean =>
  DUCKDB.test(createdBy) && (physical === 'INT32' || physical === 'INT64')

/** Whether "exact" is meant: for ENUM, DuckDB before 1.5.3 said so of the type's first and last label (duckdb/duckdb#22548). */
export const tellsExact = (createdBy: string, { physical }: Leaf): boolean =>
  !DUCKDB.test(createdBy) || physical !== 'BYTE_ARRAY'

/** Writers that give a column without a type the bytes of one: object columns of pandas, of JavaScript. */
const UNTYPED_AS_BYTES = /^(fastparquet|hyparquet)/

/**
 * Whether a column of these nulls may have had no type when it was written. DuckDB 1.5.6 writes NULL, and the elements of
 * `[]`, as it writes INTEGER; others as bytes without an annotation.
 */
export const untypedAs = (createdBy: string, { physical, logical }: Leaf): boolean =>
  physical === 'INT32'
    ? DUCKDB.test(createdBy) && (logical === undefined || (logical.kind === 'integer' && isInt(logical)))
    : physical === 'BYTE_ARRAY' && logical === undefined && UNTYPED_AS_BYTES.test(createdBy)

const isInt = ({ bits, signed }: { readonly bits: number; readonly signed: boolean }): boolean =>
  bits === 32 && signed
