/** How a file is packed: what beside its values engines may look into before they read any. */
import type { ParquetSpec } from '../../../support/pyarrow.ts'
import type { Pair } from './pairs.ts'

/** Row groups, and pages where there is an index of them, have the rows of one value each. */
const GROUPS = { row_group_size: 5 }
const BARE = { ...GROUPS, use_dictionary: false, write_statistics: false }

export const PACKINGS = [
  'bare',
  'statistics',
  'dictionary',
  'bloom filter',
  'page index',
  'all',
  'DuckDB',
] as const

export type Packing = (typeof PACKINGS)[number]

const OPTIONS: Readonly<Record<Exclude<Packing, 'DuckDB'>, NonNullable<ParquetSpec['options']>>> = {
  bare: BARE,
  statistics: { ...BARE, write_statistics: true },
  dictionary: { ...BARE, use_dictionary: true },
  'bloom filter': BARE,
  'page index': {
    use_dictionary: false,
    write_page_index: true,
    max_rows_per_page: 5,
    write_batch_size: 5,
  },
  all: { row_group_size: 10, write_page_index: true, max_rows_per_page: 5, write_batch_size: 5 },
}

/** Arguments of pyarrow's writer. */
export function optionsOf(
  packing: Exclude<Packing, 'DuckDB'>,
  pairs: readonly Pair[],
): NonNullable<ParquetSpec['options']> {
  const bloom = packing === 'bloom filter' || packing === 'all'
  return {
    ...OPTIONS[packing],
    ...(bloom
      ? {
          bloom_filter_options: Object.fromEntries(
            pairs.flatMap(leafOf).map(leaf => [leaf, { ndv: 16, fpp: 0.001 }]),
          ),
        }
      : {}),
  }
}

/** The leaf that can have a bloom filter. */
function leafOf({ name, file, path, leaf }: Pair): string[] {
  if (file === 'bool' || file === 'null') return []
  if (typeof file === 'string') return [name]
  return path === undefined ? [] : [`${name}.${leaf ?? path.slice(1)}`]
}

/** Whether DuckDB writes what the pair means: its decimals are integers, its timestamps INT64, and it knows no fixed bytes. */
export const byDuckdb = ({ file, stored }: Pair): boolean =>
  stored === undefined &&
  !/^(decimal|fixed|json|time64\[ns\]|timestamp\[ms\])/.test(JSON.stringify(file).slice(1))
