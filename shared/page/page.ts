/** The status page: one document, whole in itself. What is wrong comes first, then the tables by need, then what was. */
import type { StatusReport } from '../function/status.ts'
import { html, markupOf, type Part, trusted } from './html.ts'
import { lakesSection } from './lakes.ts'
import { type NoPast, type Past, tableKey } from './past.ts'
import { plotsOf } from './plots.ts'
import { problemCards } from './problem-cards.ts'
import { type Problem, problemsOf } from './problems.ts'
import { runsSection } from './runs.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { type Need, type Row, tablesSection } from './tables.ts'
import { count, counted, minute, named } from './words.ts'

export interface PageOptions {
  /** Epoch ms: when the status was asked for. */
  readonly now: number
  /** Absent where no history is configured. */
  readonly past?: Past | NoPast | undefined
  /** The Content-Security-Policy that the page asks for itself, so that a saved one is as tight. */
  readonly policy: string
  /** Whether a server gives it, so that it can be asked for again. */
  readonly isLive: boolean
}

/** @returns HTML */
export function renderPage(status: StatusReport, { now, past, policy, isLive }: PageOptions): string {
  const problems = problemsOf(status, now)
  const rows = rowsOf(status, problems)
  const several = new Set(status.tables.map(({ catalog }) => catalog)).size > 1
  const known = past && !('error' in past) ? past : undefined
  const urgent = problems.some(({ urgency }) => urgency === 'act')
  return documentOf(
    { title: titleOf(rows, urgent), urgent, now, policy, isLive },
    html`${summary(rows, urgent)}
${problemCards(problems, now, several)}
${tablesSection(rows, { now, several, past: known })}
${lakesSection(status.lakes, now)}
${pastSections(past)}`,
  )
}

/** Where there is no status at all. @returns HTML */
export function renderFailure(
  error: { readonly code: string; readonly message: string; readonly hint?: string | undefined },
  options: Omit<PageOptions, 'past'>,
): string {
  const remedy = error.hint === undefined ? {} : { remedy: error.hint }
  const problem: Problem = { urgency: 'act', title: error.message, code: error.code, ...remedy, places: [] }
  return documentOf(
    { ...options, title: 'No status', urgent: true },
    html`<h1>The status could not be read</h1>${problemCards([problem], options.now, false)}`,
  )
}

function rowsOf({ tables }: StatusReport, problems: readonly Problem[]): readonly Row[] {
  const needs = new Map<string, Need>()
  for (const { urgency, places } of problems)
    for (const { table, catalog } of places) {
      if (table === undefined || catalog === undefined) continue
      const key = tableKey(table, catalog)
      if (needs.get(key) !== 'act') needs.set(key, urgency)
    }
  return tables.map(status => ({ status, need: needs.get(tableKey(status.table, status.catalog)) ?? 'fine' }))
}

const numberOf = (rows: readonly Row[], wanted: Need): number =>
  rows.filter(({ need }) => need === wanted).length

function titleOf(rows: readonly Row[], urgent: boolean): string {
  const act = numberOf(rows, 'act')
  const of = `${count(act)} of ${counted(rows.length, 'table')}`
  if (act > 0) return `${rows.length > 1 ? of : '1 table'} ${act === 1 ? 'needs' : 'need'} you`
  return urgent ? 'Something needs you' : 'Nothing needs you'
}

function summary(rows: readonly Row[], urgent: boolean): Part {
  const [act, wait, fine] = [numberOf(rows, 'act'), numberOf(rows, 'wait'), numberOf(rows, 'fine')]
  const facts: readonly (readonly [string, number, string])[] = [
    ['need you', act, 'act'],
    ['pass by themselves', wait, 'wait'],
    ['in sync', fine, 'fine'],
  ]
  return html`<h1>${titleOf(rows, urgent)}</h1>
<p class="vh">${counted(rows.length, 'table')}:</p>
<ul class="tiles">${facts.map(([name, number, tone]) => html`<li class="${number > 0 && tone}"><b>${count(number)}</b> ${name}</li>`)}</ul>`
}

function pastSections(past: Past | NoPast | undefined): Part {
  if (past === undefined)
    return html`<section aria-labelledby="runs"><h2 id="runs">Runs</h2><p class="none">Runs, lag and findings over time are shown here once <code>history</code> is set in the configuration.</p></section>`
  if ('error' in past)
    return html`<section aria-labelledby="runs"><h2 id="runs">Runs</h2><p class="none">The history in ${named(past.place)} could not be read: ${past.error}</p></section>`
  return html`${runsSection(past)}
<section aria-labelledby="plots"><h2 id="plots">Over time</h2><div class="plots">${plotsOf(past)}</div></section>`
}

interface Frame extends Omit<PageOptions, 'past'> {
  readonly title: string
  readonly urgent: boolean
}

/** A dot in the tab, red or green. */
const icon = (urgent: boolean): string =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23${urgent ? 'c62828' : '2e7d4f'}'/%3E%3C/svg%3E`

const documentOf = ({ title, urgent, now, policy, isLive }: Frame, body: Part): string =>
  markupOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title} · goldsync</title>
<link rel="icon" href="${icon(urgent)}">
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><p><b>goldsync</b> status of <time id="seen" datetime="${new Date(now).toISOString()}">${minute(now)} UTC</time> <span id="age"></span></p>${isLive && html`<p><a href="">Look again</a></p>`}</header>
<main>
${body}
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`)
