/** A partition as people and other tools write it: `2026/11/20/07`, or Hive's `year=2026/month=11/day=20/hour=07`. */
import { GoldsyncError } from '../base/errors.ts'
import type { Column, PartitionValues } from '../schema/table.ts'
import { unescapeValue } from './hive-escape.ts'

/**
 * The values of all keys, not yet compared with their types.
 * @throws GoldsyncError `REQUEST_INVALID` where they are too few or too many, or of other keys
 */
export function readPartition(written: string, keys: readonly Pick<Column, 'name'>[]): PartitionValues {
  const names = keys.map(({ name }) => name)
  const parts = written.replace(/^\/+|\/+$/g, '').split('/')
  const named = parts.map(part => /^([\w-]+)=(.*)$/s.exec(part))
  const isNamed = named.every(
    (part, at) => part !== null && (names.length !== parts.length || isKey(part, names[at])),
  )
  if (!isNamed && named.some(part => names.includes(part?.[1]?.toLowerCase() ?? '')))
    throw unreadable(written, 'its names are not those of the partition keys, in their order', names)
  if (parts.length !== names.length)
    throw unreadable(written, `it has ${parts.length} of ${names.length} values`, names)
  return isNamed ? named.map(part => unescapeValue(part?.[2] ?? '')) : parts
}

const isKey = ([, name = '']: RegExpExecArray, key: string | undefined): boolean => name.toLowerCase() === key

function unreadable(written: string, why: string, names: readonly string[]): GoldsyncError {
  const hive = names.map(name => `${name}=…`).join('/')
  return new GoldsyncError('REQUEST_INVALID', `"${written}" names no partition: ${why}`, {
    hint: `write one value for each key, ${names.join('/')}, or Hive's form, ${hive}; the first keys alone do not name all partitions below them: a scan takes those, or a list of partitions`,
  })
}
