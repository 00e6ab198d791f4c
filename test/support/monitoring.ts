/** The alert rules and the dashboard of deploy/monitoring, as data. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type * as z from 'zod'
import { rules } from '../deploy/kinds/monitoring.ts'

export const RULES = 'deploy/monitoring/goldsync.rules.yaml'

export type Rules = z.output<typeof rules>

export const readRules = (): Rules => rules.parse(parse(readFileSync(RULES, 'utf8')))

export const alertsOf = ({ groups }: Rules) => groups.flatMap(group => group.rules)

interface Variable {
  readonly name: string
  readonly type: string
  readonly query: string | { readonly query: string }
}

export interface Dashboard {
  readonly uid: string
  readonly schemaVersion: number
  readonly templating: { readonly list: readonly Variable[] }
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly type: string
    readonly datasource?: { readonly uid: string }
    readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
    readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[]
  }[]
}

export const readDashboard = (): Dashboard =>
  JSON.parse(readFileSync('deploy/monitoring/goldsync.dashboard.json', 'utf8'))

/** What the dashboard asks, panel by panel. */
export const queriesOf = ({ panels }: Dashboard): (readonly [string, string])[] =>
  panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

/** A query as Grafana sends it with all chosen. @param range of a rate, `30s` */
export const withoutVariables = (expr: string, range: string): string =>
  expr.replaceAll(/\$(job|catalog|table)\b/g, '.*').replaceAll(/\$__(rate_interval|range)\b/g, range)

/** Names of goldsync's metrics in a query. */
export const metricsIn = (expr: string): string[] => expr.match(/\bgoldsync_\w+/g) ?? []
