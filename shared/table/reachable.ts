/** What a plan tells of engines: whether they could be asked at all, once a scan has changed something. Knows contracts only. */
import { summarizeError } from '../base/errors.ts'
import type { Engine } from '../engines/engine.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { enginesOf } from './kinds.ts'
import { find, type Ledger } from './ledger.ts'
import { askOnce } from './once.ts'

/** An engine that is down is not waited for, milliseconds. */
const PATIENCE = 5000

/** Each is asked and told of once a run, and only where something is to be done. */
export async function findUnreachable(ledger: Ledger): Promise<void> {
  const { job, run, steps } = ledger
  if (steps.length === 0 || run.signal?.aborted) return
  for (const engine of enginesOf(job)) {
    const key = `engine ${engine.name}`
    if (run.asked?.has(key) !== true) find(ledger, await askOnce(run, key, () => unreachable(engine)))
  }
}

async function unreachable(engine: Engine): Promise<readonly Diagnostic[]> {
  const signal = AbortSignal.timeout(PATIENCE)
  try {
    await engine.reader({ signal })
    return []
  } catch (error) {
    const { message, hint } = summarizeError(error)
    return [
      {
        code: 'ENGINE_FAILED',
        severity: 'error',
        message: `${engine.name} cannot be asked now: ${signal.aborted ? `no answer within ${PATIENCE / 1000} s` : message}; a scan would change the catalog all the same, and ask it again and again`,
        fix: hint ?? 'check that it is running, and its url',
      },
    ]
  }
}
