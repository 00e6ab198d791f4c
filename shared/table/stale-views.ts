/** Views that a change of the table's columns has made stale: told once, after the run that changed them. */
import type { Engine } from '../engines/engine.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { tableId } from '../schema/table.ts'
import { nameInEngines } from './kinds.ts'
import type { Ledger } from './ledger.ts'

/** As many are named. */
const NAMED = 10

/** Asks only after a run that added or changed columns. An engine that does not answer is asked no more: it is but a note. */
export async function staleViews(engine: Engine, { steps, job, run }: Ledger): Promise<Diagnostic[]> {
  const isRetyped = steps.some(({ kind }) => kind === 'changeColumnTypes')
  if (!engine.viewsOver || !(isRetyped || steps.some(({ kind }) => kind === 'addColumns'))) return []
  const views = await engine.viewsOver(nameInEngines(job), run).catch(() => [])
  const names = views.filter(({ selectsAll }) => isRetyped || selectsAll).map(({ name }) => name)
  if (names.length === 0) return []
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return [
    {
      code: 'VIEWS_STALE',
      severity: 'info',
      message: `columns of ${tableId(job.name)} were added or changed: ${engine.name} refuses views over it whose columns are no longer those that they were made with, maybe ${names.slice(0, NAMED).join(', ')}${more}`,
      fix: 'create them anew (CREATE OR REPLACE VIEW), and views over them; columns that are named one by one make a view that added ones do not touch',
    },
  ]
}
