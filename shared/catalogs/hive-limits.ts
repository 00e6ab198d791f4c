/** What the database of a Hive metastore has room for: pure. Seen on PostgreSQL; the scripts of the other databases say the same. */
import { escapeValue } from '../layout/hive-escape.ts'
import type { Partition } from '../schema/partition.ts'
import type { Column, PartitionValues } from '../schema/table.ts'

// hive.exec.default.partition.name
const DEFAULT_PARTITION = '__HIVE_DEFAULT_PARTITION__'

/** As Hive names a partition: `year=2019/month=09`. */
export const nameOf = (keys: readonly Column[], values: PartitionValues): string =>
  keys.map((key, at) => `${escapeValue(key.name)}=${escapeValue(values[at] || DEFAULT_PARTITION)}`).join('/')

/** Characters: PARTITIONS.PART_NAME, PARTITION_KEY_VALS.PART_KEY_VAL (SQL Server: 255), SDS.LOCATION; Hive 2.3 to 4. */
const MOST = { name: 767, value: 256, location: 4000 } as const

/** Why there is no room for a partition, as `Catalog.cannotHold`. */
export function hasNoRoom(
  keys: readonly Column[],
  { values, location }: Pick<Partition, 'values' | 'location'>,
): string | undefined {
  const texts = [
    ...values.map((value, at) => ['value', `its value of ${keys[at]?.name}`, value] as const),
    ['name', `its name (${keys[0]?.name}=…)`, nameOf(keys, values)] as const,
    ['location', 'its location', location] as const,
  ]
  const long = texts.find(([kind, , text]) => lengthOf(text) > MOST[kind])
  if (long === undefined) return undefined
  const [kind, what, text] = long
  return `${what} has ${lengthOf(text)} characters, and the metastore's database has room for ${MOST[kind]}`
}

/** In characters as databases count them. */
const lengthOf = (text: string): number => [...text].length
