/** Findings of many files that say the same are told once, so that a report stays small: pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { TableReport } from './report.ts'

/** Places that one finding names. */
const NAMED = 5

/** Errors of one kind that are told one by one: each names a file that somebody has to mend. */
const ERRORS = 100

/**
 * Findings about files and folders, one for each table, code and column: the first one's words, how many there are (`count`) and
 * some of the places (`examples`). Errors are told one by one, up to 100 of a kind; so is what is about no place.
 */
export function grouped(findings: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>()
  for (const [at, finding] of findings.entries()) {
    const key = placeOf(finding) === undefined ? `${at}` : keyOf(finding)
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()].flatMap(group => {
    const single = group[0]?.severity === 'error' ? ERRORS : 0
    return [...group.slice(0, single), ...together(group.slice(single))]
  })
}

const placeOf = ({ path, partition }: Diagnostic): string | undefined => path ?? partition

const keyOf = ({ table, code, severity, column, leftOut, accepted, engines }: Diagnostic): string =>
  JSON.stringify([table, code, severity, column, leftOut, accepted, engines])

function together(group: readonly Diagnostic[]): Diagnostic[] {
  const [first] = group
  if (first === undefined || group.length === 1) return first ? [first] : []
  const places = [...new Set(group.flatMap(finding => placeOf(finding) ?? []))]
  return places.length === 1
    ? [first]
    : [{ ...first, count: places.length, examples: places.slice(0, NAMED) }]
}

/** A table's report as it is told: its findings grouped. */
export const withGroups = (report: TableReport): TableReport => ({
  ...report,
  diagnostics: grouped(report.diagnostics),
})
