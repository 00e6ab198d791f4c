/** What the process waits for: each call to a server while it is under way. Hosts look here, and tell what takes long. */
import { visible } from './visible.ts'

export interface Wait {
  /** `nn1:9870`; a file, where a file is held. */
  readonly server: string
  /** `LISTSTATUS /golden/orders`; no secret, and no value of a row. */
  readonly call: string
  /** Epoch milliseconds. */
  readonly since: number
}

const waits = new Set<Wait>()

/** Lets hosts know of a call that begins now. @returns says that it has ended, however it did */
export function beginWait(server: string, call: string): () => void {
  const wait = { server, call, since: Date.now() }
  waits.add(wait)
  return () => void waits.delete(wait)
}

/** Does the work, and lets hosts know of it until it ends. */
export async function awaiting<T>(server: string, call: string, work: () => Promise<T>): Promise<T> {
  const end = beginWait(server, call)
  try {
    return await work()
  } finally {
    end()
  }
}

/** The calls under way, the one that takes longest first. */
export const openWaits = (): readonly Wait[] => [...waits].sort((one, other) => one.since - other.since)

/** `waiting 6 s for nn1:9870 (LISTSTATUS /golden/orders)`. */
export const sayWait = ({ server, call, since }: Wait, now: number): string =>
  visible(`waiting ${Math.floor((now - since) / 1000)} s for ${server} (${call})`)

/** The first words of a statement, as what is waited for. */
export const headOf = (statement: string): string => {
  const [head = ''] = /^(\S+\s+){0,4}\S{0,60}/.exec(statement.slice(0, 120)) ?? []
  return head.replace(/\s+/g, ' ').trim()
}
