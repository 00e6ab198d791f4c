/** When scans of each lake ran. */
import type { LakeStatus, ScanStatus } from '../function/lake-status.ts'
import { type Html, html, type Part } from './html.ts'
import { minute, named, when } from './words.ts'

export const lakesSection = (lakes: readonly LakeStatus[], now: number): Html | undefined =>
  lakes.length === 0
    ? undefined
    : html`<section aria-labelledby="lakes"><h2 id="lakes">Scans of all tables</h2>
<ul class="lakes">${lakes.map(lake => lakeLine(lake, now))}</ul></section>`

function lakeLine({ location, lastScan, lastFullScan, notKept, laterMark }: LakeStatus, now: number): Html {
  const later =
    laterMark !== undefined &&
    html`<p class="none">A table was scanned later, at ${minute(Date.parse(laterMark))} UTC: it was synced alone, or scans cannot keep their times any more.</p>`
  return html`<li><p><b>${named(location)}</b></p>
${
  lastScan === undefined
    ? html`<p class="none">When scans ran is not kept here${notKept !== undefined && `: ${notKept}`}.</p>`
    : html`<dl class="facts"><div><dt>Last scan</dt><dd>${scan(lastScan, now)}</dd></div><div><dt>Last full scan</dt><dd>${lastFullScan ? scan(lastFullScan, now) : 'none is known of: a daily one finds late files'}</dd></div></dl>`
}${later}</li>`
}

/** Noted once an hour at most. */
const scan = ({ startedAt, handedOn }: ScanStatus, now: number): Part =>
  html`${when(startedAt, now)} or up to an hour later${handedOn && ', handed on to the platform'}`
