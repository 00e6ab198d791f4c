/** The runs of a history, newest first; calm ones by the hour. */
import { type Html, html, type Part } from './html.ts'
import type { Amiss, Past, PastRun } from './past.ts'
import { count, counted, minute, named, span } from './words.ts'

const SHOWN = 12
const MOST = 120
/** Tables that a run names. */
const NAMED = 3

export function runsSection({ runs, from, to, place }: Past): Html {
  const [shown, folded] = [runs.slice(0, SHOWN), runs.slice(SHOWN, MOST)]
  return html`<section aria-labelledby="runs"><h2 id="runs">Runs of the last ${span(to - from)}</h2>
${
  runs.length === 0
    ? html`<p class="none">None has left anything in ${named(place)} in this time.</p>`
    : html`${tableOf(shown, 'The newest runs')}${folded.length > 0 && html`<details><summary>${count(folded.length)} older</summary>${tableOf(folded, 'Older runs')}</details>`}`
}</section>`
}

const tableOf = (
  runs: readonly PastRun[],
  caption: string,
): Html => html`<table class="runs" role="table"><caption class="vh">${caption}</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Ended (UTC)</th><th scope="col" role="columnheader">Run</th><th scope="col" role="columnheader">What came of it</th><th scope="col" role="columnheader">Took<span class="vh"> at most</span></th></tr></thead>
<tbody role="rowgroup">${runs.map(rowOf)}</tbody></table>`

function rowOf({ from, to, runs, trigger, mode, ms, ...run }: PastRun): Html {
  const time =
    runs > 1 && minute(from) !== minute(to) ? `${minute(from)} to ${minute(to).slice(11)}` : minute(to)
  const kind = `${trigger}${mode === undefined ? '' : `, ${mode}`}`
  return html`<tr role="row"><th scope="row" role="rowheader">${time}</th><td role="cell">${runs > 1 && `${count(runs)} × `}${kind}</td><td role="cell">${resultOf(run)}</td><td role="cell">${span(ms)}</td></tr>`
}

function resultOf({
  changed,
  amiss,
  added,
  findings,
  reason,
}: Pick<PastRun, 'changed' | 'amiss' | 'added' | 'findings' | 'reason'>): Part {
  const parts = [
    reason !== undefined && html`<span class="state act">failed</span> ${reason}`,
    ...[...amiss]
      .slice(0, NAMED)
      .map(
        ([table, { outcome, why }]) =>
          html`<span class="state act">${outcome}</span> ${named(table)}${why !== undefined && `: ${why}`}`,
      ),
    amiss.size > NAMED && moreOf([...amiss.values()].slice(NAMED)),
    changed.size > 0 &&
      html`${[...changed].slice(0, NAMED).map((table, at) => html`${at > 0 && ', '}${named(table)}`)}${changed.size > NAMED && ` and ${count(changed.size - NAMED)} more`} changed${added > 0 && `, ${counted(added, 'partition')} added`}`,
    findings.size > 0 &&
      [...findings].map(([code, number], at) => html`${at > 0 && ', '}<code>${code}</code> ${count(number)}`),
  ].filter(part => part !== false)
  return parts.length === 0 ? 'nothing new' : parts.map(part => html`<div>${part}</div>`)
}

/** `and 2 more tables failed`, `and 3 more tables failed or refused`. */
const moreOf = (amiss: readonly Amiss[]): string =>
  `and ${counted(amiss.length, 'more table')} ${[...new Set(amiss.map(({ outcome }) => outcome))].sort().join(' or ')}`
