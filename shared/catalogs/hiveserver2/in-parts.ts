/** A step of many partitions, of which Hive may refuse some: the statement is halved until those are alone. */
import type { HiveClient } from '../../hiveserver2/client.ts'
import { mayBeOwn } from '../../hiveserver2/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { ApplyCall, Step } from '../catalog.ts'
import { isInParts, mayBeOwn as mayBeOwnCode, type Refusing } from '../refusing.ts'
import { inBatches } from '../steps.ts'
import { applyStep } from './apply.ts'

/** @throws GoldsyncError where it is not one partition that is refused */
export async function applyInParts(
  hive: HiveClient,
  step: Step,
  call: ApplyCall & { readonly refusing: Refusing },
  stepsOf: (change: Change) => readonly Step[],
): Promise<void> {
  const { change } = step
  try {
    await applyStep(hive, step, call)
    call.refusing.took()
  } catch (error) {
    if (!isInParts(change) || !mayBeOwn(error, mayBeOwnCode)) throw error
    const [first, ...others] = change.partitions
    if (first && others.length === 0) return call.refusing.refuse(first.values, error)
    const halves = inBatches(change, Math.ceil(change.partitions.length / 2))
    for (const half of halves.flatMap(stepsOf)) await applyInParts(hive, half, call, stepsOf)
  }
}
