/** What is wrong, a card for each kind: what it is, what to do, where. */
import { type Html, html, type Part } from './html.ts'
import type { Place, Problem } from './problems.ts'
import { count, counted, named, when } from './words.ts'

/** Places shown at once, and those behind a fold; `--json` has all. */
const SHOWN = 8
const MOST = 200

/** @param several whether the config has several catalogs, so that a table's name alone does not tell which it is */
export function problemCards(problems: readonly Problem[], now: number, several: boolean): Html {
  const act = problems.filter(({ urgency }) => urgency === 'act')
  const wait = problems.filter(({ urgency }) => urgency === 'wait')
  const cards = (some: readonly Problem[]): Part => some.map(problem => card(problem, now, several))
  return html`
${act.length > 0 && html`<section aria-labelledby="act"><h2 id="act">What to do</h2>${cards(act)}</section>`}
${
  wait.length > 0 &&
  html`<section aria-labelledby="wait"><h2 id="wait">What passes by itself</h2>
<details${act.length === 0 && wait.length <= 2 && html` open`}><summary>${summaryOf(wait)}</summary>${cards(wait)}</details></section>`
}`
}

/** The first two by name: a fold says what is in it. */
const summaryOf = (problems: readonly Problem[]): string => {
  const names = problems.slice(0, 2).map(({ title, places }) => `${title} (${count(places.length)})`)
  return `${names.join('; ')}${problems.length > 2 ? `; and ${counted(problems.length - 2, 'more kind')}` : ''}`
}

function card({ urgency, title, code, said, remedy, places }: Problem, now: number, several: boolean): Html {
  const shown = places.slice(0, SHOWN)
  const folded = places.slice(SHOWN, MOST)
  const list = (some: readonly Place[]) =>
    html`<ul class="places">${some.map(place => placeLine(place, now, several))}</ul>`
  return html`<article class="card ${urgency}">
<h3>${title}${places.length > 1 && html` <span class="number">${count(places.length)}<span class="vh"> places</span></span>`}${code !== undefined && html` <code>${code}</code>`}</h3>
${said !== undefined && html`<p>${said}</p>`}
${remedy !== undefined && html`<p class="do"><b>What to do:</b> ${remedy}</p>`}
${list(shown)}
${folded.length > 0 && html`<details><summary>${count(folded.length)} more</summary>${list(folded)}</details>`}
${places.length > MOST && html`<p class="none">… and ${count(places.length - MOST)} more: <code>goldsync status --json</code> has all.</p>`}
</article>`
}

const placeLine = (
  { table, catalog, partition, file, since, said }: Place,
  now: number,
  several: boolean,
): Part => {
  const facts = [
    table !== undefined &&
      html`<b>${named(table)}</b>${several && catalog !== undefined && html` <span class="none">in ${named(catalog)}</span>`}`,
    partition !== undefined && named(partition),
    file !== undefined && named(file),
    said !== undefined && html`<span class="said">${said}</span>`,
    since !== undefined && html`<span class="since">since ${when(since, now)}</span>`,
  ].filter(fact => fact !== false)
  // A place is where the whole server or lake is meant: what is said above tells it.
  if (facts.length === 0) return undefined
  return html`<li>${facts.map((fact, at) => html`${at > 0 && ' '}${fact}`)}</li>`
}
