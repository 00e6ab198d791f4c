/** One try of a commit, and what is known of it when the store fails. */
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'
import type { TableName } from '../../schema/table.ts'
import type { Backend } from './backend.ts'
import { COMMIT, LEDGER } from './described.ts'
import { readList } from './ledger/ledger.ts'
import type { StagedCommit } from './stage.ts'
import { type Loaded, OutcomeUnknown } from './table-store.ts'

/** @returns whether it was taken; not, where somebody else was faster and it can be tried again */
export async function commit(
  backend: Backend,
  name: TableName,
  base: Loaded,
  ready: StagedCommit,
  undo: () => Promise<void>,
  isLast: boolean,
): Promise<boolean> {
  try {
    // Not given up halfway: nobody would know what was taken then.
    await backend.store.commit(name, base, ready.staged)
    return true
  } catch (error) {
    if (mayBeTaken(error) && (await isTaken(backend, name, ready))) return true
    // While the answer is open, the commit may still be taken: its files must stay.
    if (error instanceof GoldsyncError && !(error instanceof OutcomeUnknown)) await undo()
    if (!mayBeTaken(error) || isLast) throw error
    return false
  }
}

/** By an earlier try whose answer was lost; or by somebody else, so that it is not ours. */
export const mayBeTaken = (error: unknown): error is GoldsyncError =>
  error instanceof OutcomeUnknown ||
  (error instanceof GoldsyncError && error.retryable && TRANSIENT.has(error.code))

const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['CONFLICT', 'TIMEOUT', 'UNAVAILABLE'])

/** Also where others have committed since, and removed the snapshot. */
async function isTaken(
  { store, files }: Backend,
  name: TableName,
  { id, snapshotId }: StagedCommit,
): Promise<boolean> {
  const loaded = await store.load(name)
  if (loaded === undefined || loaded === 'foreign') return false
  const { snapshots = [], properties = {} } = loaded.metadata
  if (properties[COMMIT] === id) return true
  if (snapshots.some(snapshot => snapshot['snapshot-id'] === snapshotId)) return true
  return (await readList(files, properties[LEDGER])).commits.includes(id)
}
