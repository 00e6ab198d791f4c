/** Parameters that somebody has broken: each counts as not said, and is told. Pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Parameters, Table } from '../schema/table.ts'
import { isBrokenProofs } from './proofs.ts'
import { isBrokenMemory, REMEMBERED } from './remembered.ts'
import { isBrokenState } from './table-state.ts'

/** What counts as not said, and what follows; by the parameter's name. */
function consequenceOf(key: string, text: string): string | undefined {
  if (isBrokenState(key, text)) return 'scans look at the whole table until it is written anew'
  if (key === REMEMBERED && isBrokenMemory(text))
    return 'scans fill it anew from the footers of all partitions'
  if (isBrokenProofs(key, text)) return 'the engine is let read one file of each kind again'
  return undefined
}

/** One finding for each of a table's parameters that cannot be read. */
export const damagedParameters = ({ parameters }: Pick<Table, 'parameters'>): readonly Diagnostic[] =>
  Object.entries(parameters).flatMap(([key, text]) => {
    const consequence = consequenceOf(key, text)
    return consequence === undefined ? [] : [damaged(key, consequence)]
  })

/** Whether one of those is among them that a scan writes anew in any case. */
export const isStateDamaged = (parameters: Parameters): boolean =>
  Object.entries(parameters).some(([key, text]) => isBrokenState(key, text))

const damaged = (key: string, consequence: string): Diagnostic => ({
  code: 'PARAMETER_DAMAGED',
  severity: 'warning',
  message: `the table parameter ${key} cannot be read: it counts as not said, and ${consequence}`,
  fix: 'nothing; where others set parameters of the table, let them leave those that begin with goldsync.',
})
