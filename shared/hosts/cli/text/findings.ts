/** Findings for people: grouped by code, each with where, why and what to do. */
import { printEffects } from '../../../evolution/engines.ts'
import type { Diagnostic, Severity } from '../../../schema/diagnostic.ts'
import type { Paint } from '../terminal.ts'

/** Of one code: a broken sink makes thousands. */
const MAX_SHOWN = 10

/** Colour and character of each severity. */
export const MARKS = {
  error: ['red', '✗'],
  warning: ['yellow', '!'],
  info: ['dim', '·'],
} as const satisfies Record<Severity, readonly [Parameters<Paint>[0], string]>

/** @param most of one code that are shown */
export function findingLines(
  subject: string,
  findings: readonly Diagnostic[],
  paint: Paint,
  most = MAX_SHOWN,
): string[] {
  if (findings.length === 0) return []
  const codes = [...new Set(findings.map(finding => finding.code))]
  const groups = codes.map(code => findings.filter(finding => finding.code === code))
  return [
    paint('bold', `${subject}: findings`),
    ...groups.flatMap(group => groupLines(group, paint, most)),
    '',
  ]
}

function groupLines(group: readonly Diagnostic[], paint: Paint, most: number): string[] {
  const rest = group.length - most
  return [
    ...group.slice(0, most).flatMap(finding => lines(finding, paint)),
    ...(rest > 0 ? [`    … and ${rest} more ${group[0]?.code} (--verbose shows all)`] : []),
  ]
}

function lines(
  { code, severity, message, fix, path, partition, column, engines, count = 1, examples = [] }: Diagnostic,
  paint: Paint,
): string[] {
  const [style, mark] = MARKS[severity]
  const where = path ?? partition ?? column
  const others = examples.filter(example => example !== where)
  const more = others.length < count - 1 ? ', …' : ''
  return [
    `  ${paint(style, mark)} ${paint(style, code)} ${message}`,
    ...(where === undefined || message.includes(where) ? [] : [paint('dim', `      ${where}`)]),
    ...(count > 1
      ? [paint('dim', `      ${count.toLocaleString('en-US')} in all: also ${others.join(', ')}${more}`)]
      : []),
    ...(engines === undefined ? [] : [`      engines: ${printEffects(engines)}`]),
    ...(fix === undefined ? [] : [`      fix: ${fix}`]),
  ]
}
