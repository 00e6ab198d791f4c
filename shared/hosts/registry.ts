/** Which functions there are; each is loaded when it is first asked for. */
import type { TraceContext } from '../base/tracing.ts'
import type { GoldsyncFunction } from '../function/function.ts'

const FUNCTIONS = {
  scan: async () => (await import('../../functions/scan.ts')).scan,
  sync: async () => (await import('../../functions/sync.ts')).sync,
  'file-closed': async () => (await import('../../functions/file-closed.ts')).fileClosed,
  plan: async () => (await import('../../functions/plan.ts')).plan,
  status: async () => (await import('../../functions/status.ts')).status,
} as const satisfies Record<string, () => Promise<GoldsyncFunction>>

export type FunctionName = keyof typeof FUNCTIONS

export const functionNames = Object.keys(FUNCTIONS) as readonly FunctionName[]

export const isFunction = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name)

export const loadFunction = (name: FunctionName): Promise<GoldsyncFunction> => FUNCTIONS[name]()

// Not plan and status: nobody would get what they tell.
const FUNCTION_OF_TYPE: ReadonlyMap<string, FunctionName> = new Map([
  ['io.goldsync.scan', 'scan'],
  ['io.goldsync.sync', 'sync'],
  // A PingSource cannot choose its event's type: a timer means scan.
  ['dev.knative.sources.ping', 'scan'],
])

/** The function that a CloudEvent of this type calls; undefined for those of sinks, which choose their types themselves. */
export const functionOfEvent = (type: string): FunctionName | undefined => FUNCTION_OF_TYPE.get(type)

/** A request that a host took, on its way to its function. */
export interface FunctionCall {
  /** The sender's id of it; the run's id. */
  readonly id: string
  readonly function: FunctionName
  /** As they came: the function parses them. */
  readonly params: unknown
  /** Where its events began, as far as they say. */
  readonly traces?: readonly TraceContext[]
}
