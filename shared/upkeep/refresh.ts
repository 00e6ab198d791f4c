/** Engines that cache what the catalog says of a table are made to look again. Knows contracts only. */
import { summarizeError } from '../base/errors.ts'
import type { TableName } from '../schema/table.ts'
import { find, type Ledger } from '../table/ledger.ts'

/** Nothing in a dry run, or where nothing was changed. An engine that cannot be reached is a finding: the catalog is as it should be. */
export async function refreshEngines(ledger: Ledger, tables: readonly TableName[]): Promise<void> {
  const { job, run, changed } = ledger
  if (run.dryRun || !changed) return
  for (const engine of job.lake.engines.filter(({ catalogs }) => catalogs.includes(job.catalog.name)))
    try {
      for (const table of tables) await engine.refresh(table, run)
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
