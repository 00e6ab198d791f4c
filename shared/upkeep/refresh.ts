/** Engines that cache what the catalog says of a table are made to look again. Knows contracts only. */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import type { Engine } from '../engines/engine.ts'
import type { Run } from '../run/run.ts'
import type { TableName } from '../schema/table.ts'
import { find, type Ledger } from '../table/ledger.ts'

/**
 * Nothing in a dry run, or where nothing was changed. An engine that cannot be reached is a finding: the catalog is as it should be.
 * @param gone a name that no table has any more: an engine that knows none of that name has nothing to forget
 */
export async function refreshEngines(ledger: Ledger, table: TableName, gone?: TableName): Promise<void> {
  const { job, run, changed } = ledger
  if (run.dryRun || !changed) return
  for (const engine of job.lake.engines.filter(({ catalogs }) => catalogs.includes(job.catalog.name)))
    try {
      if (gone) await forget(engine, gone, run)
      await engine.refresh(table, run)
    } catch (error) {
      const { message, hint } = summarizeError(error)
      find(ledger, [
        {
          code: 'ENGINE_FAILED',
          severity: 'error',
          message: `the catalog is up to date, but ${engine.name} could not be told: ${message}`,
          fix: hint ?? 'flush its cache of the metastore, or wait until that ends',
        },
      ])
    }
}

async function forget(engine: Engine, gone: TableName, run: Run): Promise<void> {
  try {
    await engine.refresh(gone, run)
  } catch (error) {
    if (!(error instanceof GoldsyncError && error.code === 'NOT_FOUND')) throw error
  }
}
