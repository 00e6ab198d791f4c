/** Whether a scheduler can be reached and takes who goldsync is. Knows contracts only. */
import type { Scheduler } from '../schedulers/scheduler.ts'
import { ask, type Limits } from './ask.ts'
import { because, notAsked, ok, type Said } from './check.ts'

export async function checkScheduler(scheduler: Scheduler, limits: Limits): Promise<readonly Said[]> {
  const { name } = scheduler
  const { value: itself, error } = await ask(name, limits, ({ signal }) => scheduler.greet(signal))
  if (error) return [because(error)]
  return [
    ok(`${name} answers: ${itself}`),
    notAsked('whether goldsync may tell it of partitions', 'it would start work for that'),
  ]
}
