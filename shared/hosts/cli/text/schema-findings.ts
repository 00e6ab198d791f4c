/** The findings on a file for people: by code, since what to do is the same for all of one code. */
import { visible } from '../../../base/visible.ts'
import { ENGINE_VERSIONS } from '../../../evolution/engines.ts'
import type { Diagnostic, EngineEffect, Severity } from '../../../schema/diagnostic.ts'
import type { Paint } from '../terminal.ts'
import { MARKS } from './findings.ts'

/** Of one code: a file can have thousands of such columns. */
const MAX_SHOWN = 10

/** One character: of a finding, or of a column that has one. */
export function markOf(severity: Severity | undefined, paint: Paint): string {
  if (severity === undefined) return ' '
  const [style, mark] = MARKS[severity]
  return paint(style, mark)
}

export function schemaFindingLines(findings: readonly Diagnostic[], paint: Paint): string[] {
  const groups = [...new Set(findings.map(({ code }) => code))].map(code =>
    findings.filter(finding => finding.code === code),
  )
  return groups.flatMap(group => groupLines(group, paint))
}

const effectLine = ({ engine, what }: EngineEffect): string => `    ${ENGINE_VERSIONS[engine]} ${what}`

function groupLines(group: readonly Diagnostic[], paint: Paint): string[] {
  const [first] = group
  if (first === undefined) return []
  const rest = group.length - MAX_SHOWN
  const effects = new Set(group.flatMap(({ engines = [] }) => engines).map(effectLine))
  return [
    `${markOf(first.severity, paint)} ${paint('bold', first.code)}`,
    ...group.slice(0, MAX_SHOWN).map(({ message }) => `    ${visible(message)}`),
    ...(rest > 0 ? [`    … and ${rest} more (--json has all)`] : []),
    ...effects,
    ...(first.fix === undefined ? [] : [`    what to do: ${visible(first.fix)}`]),
  ]
}
