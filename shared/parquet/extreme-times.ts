/** Timestamps at the end of what 64 bits hold: DuckDB's `infinity`, and what engines that count microseconds cannot hold. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Bound } from '../schema/facts.ts'
import { finding } from './findings.ts'
import type { FileMetadata } from './footer.ts'

/** Findings for each timestamp column of which the footer proves that it has such a value. */
export const extremeTimeFindings = ({ schema, columns }: FileMetadata): readonly Diagnostic[] =>
  schema.leaves.flatMap(({ path, column, logical }) => {
    const facts = columns[column]?.facts
    if (logical?.kind !== 'timestamp' || facts === undefined) return []
    const [least, greatest] = [microseconds(facts.min), microseconds(facts.max)]
    return [
      ...(beyond(least) || beyond(greatest) ? [tooFar(path)] : []),
      ...(logical.unit === 'micros' && (least === -INFINITY || greatest === INFINITY)
        ? [infinite(path)]
        : []),
    ]
  })

/** How DuckDB stores it, in microseconds. */
const INFINITY = 2n ** 63n - 1n

const microseconds = (bound: Bound | undefined): bigint | undefined =>
  bound?.exact === true && bound.value.kind === 'timestamp' ? bound.value.value / 1000n : undefined

/** Trino rounds the least bound down to its own milliseconds, which must not leave the 64 bits of microseconds. */
const beyond = (micros: bigint | undefined): boolean =>
  micros !== undefined && (micros > INFINITY || micros < -INFINITY + 1000n)

const tooFar = (path: string): Diagnostic => ({
  ...finding('EXTREME_TIMESTAMP', `column '${path}' has a time beyond 64 bits of microseconds`, path),
  packing: true,
})

const infinite = (path: string): Diagnostic =>
  finding('INFINITE_TIMESTAMP', `column '${path}' has what DuckDB means by infinity`, path)
