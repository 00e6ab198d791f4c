/** A process that dies: from one I/O step on, nothing that it asks of storage or catalog happens any more. */
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Catalog, Step } from '../../shared/catalogs/catalog.ts'
import type { Engine } from '../../shared/engines/engine.ts'
import type { Storage } from '../../shared/storages/storage.ts'

export interface Life {
  /** I/O steps so far. */
  readonly steps: number
  /** Does the work, unless the process is dead; dies before it or, with the answer lost, after it. */
  spend<T>(work: () => Promise<T>): Promise<T>
}

/** @param last the step at which the process dies, from 1; 0: never */
export function mortal(last: number, when: 'before' | 'after'): Life {
  let steps = 0
  const die = (): never => {
    throw new GoldsyncError('ABORTED', `the process was killed at step ${last}`)
  }
  return {
    get steps() {
      return steps
    },
    async spend(work) {
      steps += 1
      if (last > 0 && (steps > last || (steps === last && when === 'before'))) die()
      const done = await work()
      return steps >= last && last > 0 ? die() : done
    },
  }
}

export const mortalStorage = (storage: Storage, life: Life): Storage => ({
  scheme: storage.scheme,
  list: (...args) => life.spend(() => storage.list(...args)),
  stat: (...args) => life.spend(() => storage.stat(...args)),
  read: (...args) => life.spend(() => storage.read(...args)),
  close: () => storage.close(),
})

/** Each step of a plan is one of life's too. */
export const mortalCatalog = (catalog: Catalog, life: Life): Catalog => ({
  name: catalog.name,
  kind: catalog.kind,
  capabilities: catalog.capabilities,
  hasDatabase: (...args) => life.spend(() => catalog.hasDatabase(...args)),
  inspect: (...args) => life.spend(() => catalog.inspect(...args)),
  inspectAll: (...args) => life.spend(async () => (await catalog.inspectAll?.(...args)) ?? new Map()),
  partitions: (...args) => life.spend(() => catalog.partitions(...args)),
  plan: (...args) => catalog.plan(...args),
  async apply(plan, call = {}) {
    for (const [at, step] of plan.steps.entries()) {
      await life.spend(() => catalog.apply({ ...plan, steps: [step as Step] }))
      call.onStep?.(step, at + 1)
    }
  },
  close: () => catalog.close(),
})

/** Its version is asked of no server here, so that is no step. */
export const mortalEngine = (engine: Engine, life: Life): Engine => ({
  ...engine,
  refresh: (...args) => life.spend(() => engine.refresh(...args)),
  visible: (...args) => life.spend(() => engine.visible(...args)),
  read: (...args) => life.spend(() => engine.read(...args)),
})
