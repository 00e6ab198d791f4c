/** Many partitions in requests of as many as Glue takes, and what becomes of those that it does not take. */
import { allOf } from '../../base/all-of.ts'
import { type PartitionValues, partitionKey, printValues } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { type Fault, faultError, faultOf, isMomentary, metAnotherWriter } from './errors.ts'
import { pause, TRIES } from './pause.ts'

/** What one request takes. https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html and its likes */
export const MOST = { create: 100, update: 100, delete: 25, get: 1000 } as const

interface Item {
  readonly values: PartitionValues
}

/** An item that was not taken, and why. */
export interface Failure<T> {
  readonly item: T
  readonly fault: Fault
}

/** One request for each slice of the items, side by side. */
export async function inSlices<T, R>(
  items: readonly T[],
  size: number,
  request: (slice: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const slices = Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  )
  return (await allOf(slices.map(request))).flat()
}

/**
 * Sends the items, and those that are refused for the moment again, as long as there are fewer each time or tries are left.
 * @returns those that are refused for good
 */
export async function settled<T extends Item>(
  items: readonly T[],
  send: (items: readonly T[]) => Promise<readonly Failure<T>[]>,
  call: Call,
): Promise<readonly Failure<T>[]> {
  const refused: Failure<T>[] = []
  let left = items
  for (let tried = 0; left.length > 0; ) {
    const failures = await send(left)
    refused.push(...failures.filter(({ fault }) => !isMomentary(fault)))
    const momentary = failures.filter(({ fault }) => isMomentary(fault))
    tried = momentary.length < left.length ? 0 : tried + 1
    if (tried === TRIES) throw failed(momentary[0] as Failure<T>)
    left = momentary.map(({ item }) => item)
    if (left.length > 0) await pause(tried, call)
  }
  return refused
}

/** The error of one item. */
export const failed = ({ item, fault }: Failure<Item>) =>
  faultError(fault, `partition ${printValues(item.values)}`)

interface Told {
  readonly values: PartitionValues | undefined
  readonly error:
    | { readonly ErrorCode?: string | undefined; readonly ErrorMessage?: string | undefined }
    | undefined
}

/**
 * What became of the items of one request. Where it met another writer, none was taken.
 * @param request answers with the items' errors
 */
export async function failuresOf<T extends Item>(
  items: readonly T[],
  request: () => Promise<readonly Told[]>,
): Promise<readonly Failure<T>[]> {
  try {
    const told = await request()
    const faults = new Map(told.map(({ values = [], error }) => [partitionKey(values), toFault(error)]))
    return items.flatMap(item => {
      const fault = faults.get(partitionKey(item.values))
      return fault ? [{ item, fault }] : []
    })
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined || !metAnotherWriter(fault)) throw error
    return items.map(item => ({ item, fault }))
  }
}

const toFault = (error: Told['error']): Fault => ({
  name: error?.ErrorCode ?? 'InternalServiceException',
  message: error?.ErrorMessage ?? '',
})
