/** Changes in the words of plans, as the drivers that make requests write them: pure. */
import type { Change } from '../schema/change.ts'
import { type Column, type Parameters, type PartitionValues, printValues } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import type { Retypes } from './change-table.ts'

/** `(id int, amount double)`. */
export const columnList = (columns: readonly Column[]): string =>
  `(${columns.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')})`

/** `id from int to bigint, cascade`. */
export function typeChanges({ columns, cascade, parameters = {} }: Retypes): string {
  const types = columns.map(({ name, from, to }) => `${name} from ${printType(from)} to ${printType(to)}`)
  return [...types, ...(cascade ? ['cascade'] : []), ...assigned(parameters)].join(', ')
}

/** `set goldsync.topic=orders, remove goldsync.cursor`. */
export const parameterChanges = ({
  parameters,
  removed = [],
}: Extract<Change, { kind: 'setParameters' }>): string =>
  [...assigned(parameters), ...removed.map(key => `remove ${key}`)].join(', ')

const assigned = (parameters: Parameters): readonly string[] =>
  Object.entries(parameters).map(([key, value]) => `set ${key}=${value}`)

/** `24 partitions, 2019/09/01/00 to 2019/09/01/23`. */
export function range(partitions: readonly { readonly values: PartitionValues }[]): string {
  const [first, last] = [partitions[0], partitions.at(-1)].map(found => printValues(found?.values ?? []))
  return partitions.length === 1 ? `${first}` : `${partitions.length} partitions, ${first} to ${last}`
}
