/** Times at the end of what their bits hold: DuckDB's `infinity`, and what engines that count microseconds cannot hold. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Bound, ColumnFacts } from '../schema/facts.ts'
import { finding } from './findings.ts'
import type { FileMetadata } from './footer.ts'
import type { Leaf } from './tree.ts'

/** Findings for each column of days or timestamps of which the footer proves that it has such a value. */
export const extremeTimeFindings = ({ schema, columns }: FileMetadata): readonly Diagnostic[] =>
  schema.leaves.flatMap(leaf => {
    const facts = columns[leaf.column]?.facts
    if (facts === undefined) return []
    return leaf.logical?.kind === 'date' ? dayFindings(leaf, facts) : timestampFindings(leaf, facts)
  })

/** How DuckDB stores it, in days. */
const INFINITE_DAY = 2n ** 31n - 1n

function dayFindings({ path }: Leaf, { min, max }: ColumnFacts): Diagnostic[] {
  const [least, greatest] = [exact('date', min), exact('date', max)]
  const infinitely = least === -INFINITE_DAY || greatest === INFINITE_DAY
  return infinitely ? [infinite('INFINITE_DATE', path)] : []
}

/** Likewise, in microseconds. */
const INFINITY = 2n ** 63n - 1n

function timestampFindings({ path, logical }: Leaf, { min, max }: ColumnFacts): Diagnostic[] {
  if (logical?.kind !== 'timestamp') return []
  const [least, greatest] = [microseconds(min), microseconds(max)]
  const infinitely = logical.unit === 'micros' && (least === -INFINITY || greatest === INFINITY)
  return [
    ...(beyond(least) || beyond(greatest) ? [tooFar(path)] : []),
    ...(infinitely ? [infinite('INFINITE_TIMESTAMP', path)] : []),
  ]
}

/** Trino goes back to the second of the least bound, and half a millisecond on to round: neither must leave the 64 bits. */
const beyond = (micros: bigint | undefined): boolean =>
  micros !== undefined && (micros > INFINITY - 500n || micros < LEAST_SECOND)

/** In microseconds. */
const LEAST_SECOND = -(INFINITY / 1_000_000n) * 1_000_000n

function microseconds(bound: Bound | undefined): bigint | undefined {
  const nanoseconds = exact('timestamp', bound)
  return nanoseconds === undefined ? undefined : nanoseconds / 1000n
}

const exact = (kind: 'date' | 'timestamp', bound: Bound | undefined): bigint | undefined =>
  bound?.exact === true && bound.value.kind === kind ? bound.value.value : undefined

const tooFar = (path: string): Diagnostic => ({
  ...finding(
    'EXTREME_TIMESTAMP',
    `column '${path}' has a time at the end of 64 bits of microseconds, or beyond`,
    path,
  ),
  packing: true,
})

const infinite = (code: 'INFINITE_DATE' | 'INFINITE_TIMESTAMP', path: string): Diagnostic =>
  finding(code, `column '${path}' has what DuckDB means by infinity`, path)
