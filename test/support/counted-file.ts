/** A file whose footer tells of its one column all that catalogs want to know. */
import { binary, chunk, fileOf, group, i64, leaf, metadata, rowGroup } from './compact.ts'

/** Three rows with a bigint column `n`, as DuckDB writes it. @param distinct told only where it is given */
export function countedFile(min: number, max: number, distinct?: number): Uint8Array {
  const counts = { 3: i64(0), ...(distinct === undefined ? {} : { 4: i64(distinct) }) }
  const groups = [rowGroup([chunk({ statistics: { ...counts, 5: int64(max), 6: int64(min) } })])]
  const schema = [group('root', 1), leaf('n', 2)]
  return fileOf(metadata({ schema, groups, createdBy: 'DuckDB version v1.5.6' }))
}

function int64(value: number) {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true)
  return binary(bytes)
}
