/** Which parts of a topic a run walks, in which order: pure. */
import { compareInWalk } from '../lake/order.ts'
import type { Cursor, TableState } from '../state/table-state.ts'

/**
 * - `recent`: folders whose time range reaches past `from` (epoch ms). `full`: all, or those behind the cursor.
 * - `named`: these paths from the topic's folder: what was asked for, or what is pending.
 */
export type Phase =
  | { readonly kind: 'recent'; readonly from: number }
  | { readonly kind: 'named'; readonly paths: readonly string[] }
  | { readonly kind: 'full'; readonly cursor: Cursor | undefined }

export interface PhasesInput {
  readonly mode: 'recent' | 'full'
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Milliseconds. */
  readonly lookback: number
  /** One for each catalog that the topic goes to. */
  readonly states: readonly TableState[]
  /** Further paths from the topic's folder that are looked at again. */
  readonly again?: readonly string[]
}

/**
 * The phases of a run over a whole topic: what is new comes first. A catalog without a mark needs a full scan, and one
 * that a deadline cut is gone on with behind the recent part.
 */
export function phasesOf(input: PhasesInput): readonly Phase[] {
  const { states } = input
  const needing = states.filter(state => needsFull(state, input.mode))
  const cursor = sharedCursor(needing)
  if (needing.length > 0 && cursor === undefined) return [{ kind: 'full', cursor }]
  const from = Math.min(input.startedAt, ...states.map(sinceOf)) - input.lookback
  const held = states.flatMap(({ pending }) => (pending === 'overflow' ? [] : pending))
  const pending = [...new Set([...held, ...(input.again ?? [])])]
  return [
    { kind: 'recent', from },
    ...(pending.length > 0 ? [{ kind: 'named', paths: pending.sort() } as const] : []),
    ...(cursor ? [{ kind: 'full', cursor } as const] : []),
  ]
}

const needsFull = (state: TableState, mode: 'recent' | 'full'): boolean =>
  mode === 'full' || state.mark === undefined || state.pending === 'overflow' || state.cursor !== undefined

/** Since when a recent look must see what changed; 0 where nothing was ever looked at. */
export const sinceOf = ({ mark, cursor }: TableState): number => mark ?? cursor?.since ?? 0

/** The cursor that leaves nothing out for any of them: the one that the walk comes to first. */
function sharedCursor(states: readonly TableState[]): Cursor | undefined {
  const cursors = states.flatMap(({ cursor }) => (cursor ? [cursor] : []))
  if (cursors.length < states.length) return undefined
  return cursors.sort((a, b) => compareInWalk(a.after, b.after))[0]
}
