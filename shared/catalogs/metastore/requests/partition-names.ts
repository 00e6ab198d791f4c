/** What partition names (`year=2019/month=09`) say, and which to ask the metastore for. */
import { unescapeValue } from '../../../layout/hive-escape.ts'
import { type PartitionValues, partitionKey } from '../../../schema/table.ts'

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
