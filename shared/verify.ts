/** After apply: do the engines see it? Knows contracts only. */
import type { Engine } from './engines/engine.ts'
import { summarizeError } from './errors.ts'
import { find, type Ledger } from './ledger.ts'
import type { EngineReport } from './report.ts'

/** As many of the newest new partitions are asked for: one bounded metadata query. */
const ASKED = 1000

/** Refreshes the engines of this catalog where something changed, and asks each for the new partitions. */
export async function verifyEngines(ledger: Ledger): Promise<void> {
  const { job } = ledger
  if (!ledger.changed) return
  const engines = job.lake.engines.filter(engine => engine.catalogs.includes(job.catalog.name))
  for (const engine of engines) {
    const seen = await verify(engine, ledger)
    ledger.engines.push(seen)
    ledger.timings.enginesMs += seen.ms
    if (seen.error || seen.visible < seen.expected) find(ledger, [notVisible(seen)])
  }
}

async function verify(engine: Engine, { job, added, run }: Ledger): Promise<EngineReport> {
  const start = run.now()
  const asked = added.slice(0, ASKED)
  const told = (visible: number) => ({
    engine: engine.name,
    visible,
    expected: asked.length,
    ms: run.now() - start,
  })
  try {
    await engine.refresh(job.name, run)
    return told(asked.length === 0 ? 0 : await engine.visible(job.name, job.layout.partitionKeys, asked, run))
  } catch (error) {
    return { ...told(0), error: summarizeError(error) }
  }
}

function notVisible({ engine, visible, expected, error }: EngineReport) {
  return {
    code: error ? 'ENGINE_FAILED' : 'NOT_VISIBLE',
    severity: 'error',
    message: error
      ? `the catalog is up to date, but ${engine} could not be asked: ${error.message}`
      : `the catalog is up to date, but ${engine} sees ${visible} of ${expected} new partitions`,
    fix: error?.hint ?? `if ${engine} caches the metastore, set caching: true for it`,
  } as const
}
