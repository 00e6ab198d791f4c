/** Times and numbers as people read them. All times are UTC. */
import { type Html, html } from './html.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** `12 s`, `5 min`, `3 h`, `12 d`; of milliseconds. */
export function span(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * SECOND) return `${trim(ms / SECOND)} s`
  if (ms < 100 * SECOND) return `${Math.round(ms / SECOND)} s`
  if (ms < 100 * MINUTE) return `${Math.round(ms / MINUTE)} min`
  if (ms < 48 * HOUR) return `${Math.round(ms / HOUR)} h`
  return `${count(Math.round(ms / DAY))} d`
}

const trim = (value: number): string => value.toFixed(1).replace(/[.]0$/, '')

/** `2,000`. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** `1 table`, `2,000 tables`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** `2026-11-20 06:59`, of epoch milliseconds. */
export const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** How long ago it was, in few characters; the time itself is told to whoever asks for it. */
export function ago(time: string | undefined, now: number): Html {
  const at = Date.parse(time ?? '')
  if (Number.isNaN(at)) return html`<span class="none">–</span>`
  return html`<time datetime="${new Date(at).toISOString()}" title="${minute(at)} UTC">${span(now - at)}</time>`
}

/** `2026-11-20 06:59 UTC (3 h ago)`. */
export function when(time: string, now: number): Html {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return html`${time}`
  return html`<time datetime="${new Date(at).toISOString()}">${minute(at)} UTC</time> (${span(now - at)} ago)`
}

/** A name of others: it may be long, in any script. */
export const named = (name: string): Html => html`<bdi class="name">${name}</bdi>`
