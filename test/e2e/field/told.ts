/** What scans said of a row: the hours that are held back, and `CODE column` of what is told. */
import type { TableReport } from '../../../shared/run/report.ts'
import type { EngineEffect } from '../../../shared/schema/diagnostic.ts'

const mayMisread = ({ effect }: EngineEffect): boolean => effect === 'mayMisread'

export function heldAndTold(of: readonly TableReport[]): { held: number[]; told: string[] } {
  const told = of.flatMap(({ diagnostics }) =>
    diagnostics
      .filter(({ severity, engines = [] }) => severity !== 'info' || engines.some(mayMisread))
      .map(({ code, column }) => [code, column].filter(Boolean).join(' ')),
  )
  return {
    held: [...new Set(of.flatMap(({ held }) => held))].map(partition => Number(partition.slice(-2))),
    told: [...new Set(told)],
  }
}
