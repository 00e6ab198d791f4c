/** Partition names (`year=2019/month=09`) and values, and which names to ask the metastore for. */
import { escapeValue, unescapeValue } from '../../../layout/hive-escape.ts'
import { type Column, type PartitionValues, partitionKey } from '../../../schema/table.ts'

// hive.exec.default.partition.name
const DEFAULT_PARTITION = '__HIVE_DEFAULT_PARTITION__'

export const nameOf = (keys: readonly Column[], values: PartitionValues): string =>
  keys.map((key, at) => `${escapeValue(key.name)}=${escapeValue(values[at] || DEFAULT_PARTITION)}`).join('/')

export const valuesOf = (name: string): PartitionValues =>
  name.split('/').map(part => unescapeValue(part.slice(part.indexOf('=') + 1)))

/** One listing by the metastore for each prefix; more than these would be slower than a longer listing. */
const MOST_PREFIXES = 8

/** The longest prefixes of the values of which there are few: together they cover all of the values. */
export function prefixesOf(among: readonly PartitionValues[], keys: number): readonly PartitionValues[] {
  for (let length = keys; length > 0; length--) {
    const prefixes = new Map(
      among.map(values => {
        const prefix = values.slice(0, length)
        return [partitionKey(prefix), prefix] as const
      }),
    )
    if (prefixes.size <= MOST_PREFIXES) return [...prefixes.values()]
  }
  return [[]]
}
