/** Three plots over the same time, drawn here: the page needs no script for them. Each has its numbers as a table. */
import { scaleBand, scaleLinear, scaleLog, scaleUtc } from 'd3-scale'
import { line } from 'd3-shape'
import { type Bucket, bucketsOf } from './buckets.ts'
import { type Html, html, type Part } from './html.ts'
import type { Past } from './past.ts'
import { count, counted, minute, span } from './words.ts'

/** Of the drawing, which scales to its place. */
const [WIDTH, HEIGHT] = [400, 200]
const PLACE = { left: 56, right: 8, top: 10, bottom: 26 }
const [LEFT, RIGHT, TOP, BOTTOM] = [PLACE.left, WIDTH - PLACE.right, PLACE.top, HEIGHT - PLACE.bottom]
/** Colours that can be told apart; what is beyond them goes together. */
const MOST_CODES = 5

export function plotsOf(past: Past): readonly Html[] {
  const buckets = bucketsOf(past)
  return [lagPlot(buckets), addedPlot(buckets), findingsPlot(buckets)]
}

interface Figure {
  readonly id: string
  readonly title: string
  /** What it shows, for those who do not see it. */
  readonly told: string
  readonly legend?: Part
  readonly drawing: Part
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [Bucket, ...string[]])[]
}

const figure = ({ id, title, told, legend, drawing, columns, rows }: Figure): Html => html`
<figure class="plot" aria-labelledby="${id}-title">
<figcaption id="${id}-title">${title}</figcaption>${legend}
${
  rows.length === 0
    ? html`<p class="none">${told}</p>`
    : html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-told"><desc id="${id}-told">${told}</desc>${drawing}</svg>
<details><summary>Numbers<span class="vh"> of: ${title}</span></summary><div class="scroll" tabindex="0" role="region" aria-label="Numbers of: ${title}"><table><thead><tr>${['From (UTC)', ...columns].map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([{ from }, ...cells]) => html`<tr><th scope="row">${minute(from)}</th>${cells.map(cell => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div></details>`
}
</figure>`

const time = (buckets: readonly Bucket[]) =>
  scaleUtc()
    .domain([buckets[0]?.from ?? 0, buckets.at(-1)?.to ?? 1])
    .range([LEFT, RIGHT])

function timeAxis(buckets: readonly Bucket[]): Part {
  const x = time(buckets)
  return x.ticks(4).map(tick => {
    const at = round(x(tick))
    return html`<line class="tick" x1="${at}" x2="${at}" y1="${BOTTOM}" y2="${BOTTOM + 4}"/><text x="${at}" y="${BOTTOM + 17}" text-anchor="middle">${tickOf(tick)}</text>`
  })
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `28 Nov` at midnight, else `13:45`; UTC. */
function tickOf(time: Date): string {
  const text = time.toISOString().slice(11, 16)
  return text === '00:00' ? `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}` : text
}

const levels = (
  ticks: readonly number[],
  y: (value: number) => number,
  text: (value: number) => string,
): Part =>
  ticks.map(
    tick =>
      html`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text x="${LEFT - 6}" y="${round(y(tick) + 4)}" text-anchor="end">${text(tick)}</text>`,
  )

const round = (value: number): number => Math.round(value * 10) / 10

/** Round spans of time, ms, each some ten times the one before. */
const LAGS: ReadonlyMap<number, string> = new Map([
  [100, '0.1 s'],
  [1_000, '1 s'],
  [10_000, '10 s'],
  [60_000, '1 min'],
  [600_000, '10 min'],
  [3_600_000, '1 h'],
  [6 * 3_600_000, '6 h'],
  [86_400_000, '1 d'],
  [10 * 86_400_000, '10 d'],
])
const LAG_TICKS = [...LAGS.keys()]

function lagPlot(buckets: readonly Bucket[]): Html {
  const measured = buckets.filter(({ lag }) => lag)
  const all = measured.flatMap(({ lag }) => (lag ? [lag.median, lag.most] : []))
  const low = LAG_TICKS.findLast(tick => tick <= Math.min(...all)) ?? 100
  const high = LAG_TICKS.find(tick => tick >= Math.max(...all)) ?? Math.max(...all, 1_000)
  const y = scaleLog()
    .domain([low, high > low ? high : low * 10])
    .range([BOTTOM, TOP])
    .clamp(true)
  const most = Math.max(...all)
  return figure({
    id: 'lag',
    title: 'Lag, from close of file to query',
    told:
      measured.length === 0
        ? 'No lag was measured in this time.'
        : `The longest lag was ${span(most)}; the last median ${span(measured.at(-1)?.lag?.median ?? 0)}.`,
    legend: measured.length > 0 && legend(['median', 'longest']),
    drawing: [
      levels(
        LAG_TICKS.filter(tick => tick >= low && tick <= high),
        y,
        tick => LAGS.get(tick) ?? '',
      ),
      timeAxis(buckets),
      lagLines(buckets, y),
    ],
    columns: ['Median', 'Longest'],
    rows: measured.map(bucket => [bucket, span(bucket.lag?.median ?? 0), span(bucket.lag?.most ?? 0)]),
  })
}

function lagLines(buckets: readonly Bucket[], y: (value: number) => number): Part {
  const x = time(buckets)
  const middle = ({ from, to }: Bucket) => x((from + to) / 2)
  return (['most', 'median'] as const).map((which, at) => {
    const at1 = which === 'median' ? 1 : 2
    const path = line<Bucket>(middle, ({ lag }) => y(lag?.[which] ?? 0)).defined(
      ({ lag }) => lag !== undefined,
    )
    return [
      html`<path class="line c${at1}" d="${path([...buckets]) ?? ''}"/>`,
      // A part of time between two without a lag has no line.
      buckets
        .filter(({ lag }) => lag)
        .map(
          bucket =>
            html`<circle class="c${at1}" cx="${round(middle(bucket))}" cy="${round(y(bucket.lag?.[which] ?? 0))}" r="${at === 0 ? 1.5 : 2}"/>`,
        ),
    ]
  })
}

function addedPlot(buckets: readonly Bucket[]): Html {
  const total = buckets.reduce((sum, { added }) => sum + added, 0)
  return figure({
    id: 'added',
    title: 'Partitions added',
    told:
      total === 0
        ? 'No partition was added in this time.'
        : `${counted(total, 'partition was', 'partitions were')} added.`,
    drawing: bars(buckets, ({ added }) => [added]),
    columns: ['Partitions'],
    rows: buckets.filter(({ added }) => added > 0).map(bucket => [bucket, count(bucket.added)]),
  })
}

function findingsPlot(buckets: readonly Bucket[]): Html {
  const totals = new Map<string, number>()
  for (const { findings } of buckets)
    for (const [code, number] of findings) totals.set(code, (totals.get(code) ?? 0) + number)
  const codes = [...totals].sort(([, one], [, other]) => other - one).map(([code]) => code)
  const shown = codes.length > MOST_CODES ? [...codes.slice(0, MOST_CODES - 1), OTHERS] : codes
  const numbers = ({ findings }: Bucket): number[] => {
    const named = shown.filter(code => code !== OTHERS).map(code => findings.get(code) ?? 0)
    const all = [...findings.values()].reduce((sum, number) => sum + number, 0)
    return shown.includes(OTHERS) ? [...named, all - named.reduce((sum, number) => sum + number, 0)] : named
  }
  return figure({
    id: 'findings',
    title: 'Findings of runs, by code',
    told:
      shown.length === 0
        ? 'No run had a warning or an error in this time.'
        : `Most often: ${codes
            .slice(0, 3)
            .map(code => `${code} (${count(totals.get(code) ?? 0)})`)
            .join(', ')}.`,
    legend: shown.length > 0 && legend(shown),
    drawing: bars(buckets, numbers),
    columns: shown,
    rows: buckets
      .filter(({ findings }) => findings.size > 0)
      .map(bucket => [bucket, ...numbers(bucket).map(count)]),
  })
}

const OTHERS = 'others'

const legend = (names: readonly string[]): Html =>
  html`<ul class="legend">${names.map((name, at) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="c${at + 1}" width="10" height="10" rx="2"/></svg>${name}</li>`)}</ul>`

/** Stacked where a bucket has several. */
function bars(buckets: readonly Bucket[], numbers: (bucket: Bucket) => readonly number[]): Part {
  const sum = (bucket: Bucket) => numbers(bucket).reduce((total, number) => total + number, 0)
  const y = scaleLinear()
    .domain([0, Math.max(1, ...buckets.map(sum))])
    .nice(4)
    .range([BOTTOM, TOP])
  const x = scaleBand<number>()
    .domain(buckets.map(({ from }) => from))
    .range([LEFT, RIGHT])
    .paddingInner(0.2)
  return [
    levels(y.ticks(4).filter(Number.isInteger), y, count),
    timeAxis(buckets),
    buckets.map(bucket => {
      let below = 0
      return numbers(bucket).map((number, at) => {
        if (number === 0) return undefined
        const [top, bottom] = [y(below + number), y(below)]
        below += number
        return html`<rect class="c${at + 1}" x="${round(x(bucket.from) ?? 0)}" y="${round(top)}" width="${round(x.bandwidth())}" height="${round(bottom - top)}"/>`
      })
    }),
  ]
}
