/** Runs a plan in as few commits as can be: readers see the steps of one together, or nothing of them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import { type PartitionValues, partitionKey, type TableName } from '../../schema/table.ts'
import type { ApplyCall, Plan, Step } from '../catalog.ts'
import { noTable } from '../refusals.ts'
import { isInParts, openRefusals, type Refusals } from '../refusing.ts'
import { named } from '../steps.ts'
import type { Backend } from './backend.ts'
import { changeDraft, type DraftChange } from './change.ts'
import { commit } from './commit.ts'
import { type Draft, save } from './draft.ts'
import { making } from './files.ts'
import { createTable, foreign, renameTable } from './make-table.ts'
import { openDraft, openTable } from './open-draft.ts'
import { stepsOf } from './plan.ts'
import { stage } from './stage.ts'
import type { Loaded } from './table-store.ts'

/** Tries of one commit, each after somebody else's; a pause before each. */
const TRIES = 12

/** Milliseconds before the second try at most; twice that before each further one. */
const PAUSE = 50
const LONGEST = 3000

/** @throws GoldsyncError as `Catalog.apply` */
export async function applyPlan(backend: Backend, plan: Plan, call: ApplyCall): Promise<void> {
  const work: Work = {
    backend,
    plan,
    call,
    refusals: openRefusals(refusingOnce(call)),
    name: plan.table,
  }
  let at = 0
  while (at < plan.steps.length) {
    const together = plan.steps.slice(at).findIndex(({ change }) => !isOfDraft(change))
    const count = together < 0 ? plan.steps.length - at : together
    if (count > 0) await commitSteps(work, at, at + count)
    else await makeAlone(work, plan.steps[at] as Step, at + 1)
    at += Math.max(1, count)
  }
}

interface Work {
  readonly backend: Backend
  readonly plan: Plan
  readonly call: ApplyCall
  readonly refusals: Refusals | undefined
  /** A step may rename the table. */
  name: TableName
}

const isOfDraft = (change: Change): change is DraftChange =>
  change.kind !== 'createDatabase' && change.kind !== 'createTable' && change.kind !== 'renameTable'

/** A commit that is made again tells of no partition twice. */
function refusingOnce({ onRefused, wasRefused }: ApplyCall): Pick<ApplyCall, 'onRefused' | 'wasRefused'> {
  const refused = new Set<string>()
  return {
    ...(wasRefused ? { wasRefused } : {}),
    ...(onRefused
      ? {
          onRefused(refusal: { values: PartitionValues; error: GoldsyncError }) {
            const key = partitionKey(refusal.values)
            if (!refused.has(key)) onRefused(refusal)
            refused.add(key)
          },
        }
      : {}),
  }
}

async function makeAlone(work: Work, step: Step, done: number): Promise<void> {
  const { backend, call } = work
  const { change } = step
  try {
    stopIfAborted(call)
    if (change.kind === 'createDatabase') await backend.store.createDatabase(change.database, call)
    if (change.kind === 'createTable') await createTable(backend, change.table, call)
    if (change.kind === 'renameTable') {
      await renameTable(backend, change, call)
      work.name = change.to
    }
  } catch (error) {
    throw named(work.plan, step, error)
  }
  call.onStep?.(step, done)
}

/** Steps `from` to `to` of the plan as one commit: those before one that fails are committed all the same. */
async function commitSteps(work: Work, from: number, to: number): Promise<void> {
  const { backend, call, name } = work
  for (let tried = 1; ; tried++) {
    const loaded = await loadTable(work, work.plan.steps[from] as Step)
    const files = making(backend.files)
    const opened = await openTable(files, loaded, call)
    const draft = openDraft(files, name, opened, call)
    const { failure, finished } = await runSteps(work, draft, from, to)
    const about = {
      folder: `${backend.root}/_goldsync/${loaded.metadata['table-uuid']}`,
      id: randomUUID(),
      ...(call.runId === undefined ? {} : { runId: call.runId }),
    }
    const ready = await stage(files, opened, draft, about).catch(async (error: unknown) => {
      await files.undo()
      throw error
    })
    const isTaken =
      ready === undefined || (await commit(backend, name, loaded, ready, files.undo, tried >= TRIES))
    if (isTaken) {
      for (const { step, done } of finished) call.onStep?.(step, done)
      if (failure !== undefined) throw failure
      return
    }
    call.onRetry?.(1)
    await sleep(Math.random() * Math.min(LONGEST, PAUSE * 2 ** tried))
  }
}

async function loadTable({ backend, plan, call, name }: Work, step: Step): Promise<Loaded> {
  try {
    stopIfAborted(call)
    const loaded = await backend.store.load(name, call)
    if (loaded === undefined) throw noTable(name)
    if (loaded === 'foreign') throw foreign(name)
    return loaded
  } catch (error) {
    throw named(plan, step, error)
  }
}

interface Run {
  /** What ends the plan, once the steps before it are committed. */
  readonly failure?: unknown
  /** Steps of the draft, which are done by the commit, not before it. */
  readonly finished: readonly { readonly step: Step; readonly done: number }[]
}

async function runSteps(work: Work, draft: Draft, from: number, to: number): Promise<Run> {
  const finished: { readonly step: Step; readonly done: number }[] = []
  for (const [at, step] of work.plan.steps.slice(from, to).entries()) {
    const restore = save(draft)
    try {
      stopIfAborted(work.call)
      const made = await runStep(work, draft, step)
      if (made) finished.push({ step: made, done: from + at + 1 })
    } catch (error) {
      restore()
      return { failure: named(work.plan, step, error), finished }
    }
  }
  return { finished }
}

/** @returns the step as far as it is done: without partitions that are refused */
async function runStep({ backend, refusals }: Work, draft: Draft, step: Step): Promise<Step | undefined> {
  const wanted = refusals ? refusals.without(step.change) : step.change
  if (wanted === undefined || !isOfDraft(wanted)) return undefined
  await changeDraft(draft, wanted, isInParts(wanted) ? refusals : undefined)
  const made = refusals ? refusals.without(wanted) : wanted
  if (made === undefined) return undefined
  return made === step.change ? step : stepsOf(made, backend.database)[0]
}

function stopIfAborted({ signal }: ApplyCall): void {
  if (signal?.aborted) throw new GoldsyncError('ABORTED', 'aborted')
}
