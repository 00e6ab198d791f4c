/** Many partitions in requests of as many as Glue takes, and what becomes of those that it does not take. */
import { allOf } from '../../base/all-of.ts'
import { type PartitionValues, partitionKey, printValues } from '../../schema/table.ts'
import type { Call } from '../catalog.ts'
import { mayBeOwn, type Refusing } from '../refusing.ts'
import { type Fault, faultError, faultOf, isInvalid, isMomentary, metAnotherWriter } from './errors.ts'
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

/** Of a request that may go on without items that are refused. */
export interface GlueCall extends Call {
  readonly refusing?: Refusing | undefined
}

/**
 * What becomes of items that are refused for good.
 * @param of all that were sent
 * @throws GoldsyncError the first of them, where nobody is told of it or where it says nothing of one item
 */
export function refuseAll<T extends Item>(
  refused: readonly Failure<T>[],
  of: readonly T[],
  { refusing }: GlueCall,
): void {
  if (refused.length < of.length) refusing?.took()
  for (const failure of refused) {
    const error = failed(failure)
    if (refusing === undefined || !mayBeOwn(error.code)) throw error
    refusing.refuse(failure.item.values, error)
  }
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
 * What became of the items of one request. Where it met another writer, none was taken; where it is refused as a whole for what
 * is in it, it is sent in halves until that is alone.
 * @param request sends some of the items, and answers with their errors
 */
export async function failuresOf<T extends Item>(
  items: readonly T[],
  request: (items: readonly T[]) => Promise<readonly Told[]>,
): Promise<readonly Failure<T>[]> {
  try {
    const told = await request(items)
    const faults = new Map(told.map(({ values = [], error }) => [partitionKey(values), toFault(error)]))
    return items.flatMap(item => {
      const fault = faults.get(partitionKey(item.values))
      return fault ? [{ item, fault }] : []
    })
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined || !(metAnotherWriter(fault) || isInvalid(fault))) throw error
    if (metAnotherWriter(fault) || items.length === 1) return items.map(item => ({ item, fault }))
    const half = Math.ceil(items.length / 2)
    const first = await failuresOf(items.slice(0, half), request)
    return [...first, ...(await failuresOf(items.slice(half), request))]
  }
}

const toFault = (error: Told['error']): Fault => ({
  name: error?.ErrorCode ?? 'InternalServiceException',
  message: error?.ErrorMessage ?? '',
})
