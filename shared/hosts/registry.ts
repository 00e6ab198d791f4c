/** Which functions there are; each is loaded when it is first asked for. */
import type { GoldsyncFunction } from '../function.ts'

const FUNCTIONS = {
  scan: async () => (await import('../../functions/scan.ts')).scan,
  sync: async () => (await import('../../functions/sync.ts')).sync,
  plan: async () => (await import('../../functions/plan.ts')).plan,
} as const satisfies Record<string, () => Promise<GoldsyncFunction>>

export type FunctionName = keyof typeof FUNCTIONS

export const functionNames: readonly string[] = Object.keys(FUNCTIONS)

export const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name)

export const loadFunction = (name: FunctionName): Promise<GoldsyncFunction> => FUNCTIONS[name]()
