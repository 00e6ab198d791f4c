/** In which zone folders name their hours, by when their files were closed. Pure. */
import { compileLayout } from '../layout/compile.ts'
import type { Decision, ObservedFolder } from './observed.ts'

/** One for each clock that is in wide use; of those that are alike, one stands for all. */
const ZONES = [
  'Europe/London',
  'Europe/Berlin',
  'Europe/Helsinki',
  'Europe/Istanbul',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Dhaka',
  'Asia/Bangkok',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Australia/Sydney',
  'Pacific/Auckland',
  'America/Sao_Paulo',
  'America/Halifax',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
]

const MINUTE = 60_000
/** Files of an hour are closed within it, or soon after. */
const SOON = 75 * MINUTE
const EARLY = -MINUTE
/** Of the folders, at least. */
const MOST = 0.8

/** @param own the zone of this machine, which comes before others of the same clock */
export function proposeZone(template: string, folders: readonly ObservedFolder[], own?: string): Decision {
  if (!/\{HH?\}/.test(template))
    return {
      value: 'UTC',
      sure: 'unsure',
      why: 'the folders name no hour, so nothing tells it; it says when a day ends',
    }
  const utc = lagsIn('UTC', template, folders)
  if (utc.length === 0) return { value: 'UTC', sure: 'unsure', why: 'no folder that was seen has a time' }
  const of = `of ${utc.length} folders`
  if (shareOf(utc) >= MOST)
    return {
      value: 'UTC',
      sure: 'likely',
      why: `${share(utc)} ${of} got a file within 75 min of the beginning of their hour`,
    }
  const zones = [...new Set([...(own === undefined ? [] : [own]), ...ZONES])]
  const alike = zones.filter(zone => shareOf(lagsIn(zone, template, folders)) >= MOST)
  const [best, ...others] = alike
  const early = utc.filter(lag => lag < EARLY).length
  if (best === undefined)
    return {
      value: 'UTC',
      sure: 'unsure',
      why: `files are older or much younger than the hours of their folders (copied, or written late), so their times tell nothing${early > 0 ? `; ${early} ${of} got one before their hour began in UTC` : ''}`,
    }
  if (early / utc.length >= MOST / 2)
    return {
      value: best,
      sure: others.length === 0 ? 'sure' : 'likely',
      why: `${early} ${of} got a file before their hour began in UTC, and it fits ${share(lagsIn(best, template, folders))}`,
      alternatives: others,
    }
  return {
    value: 'UTC',
    sure: 'unsure',
    why: `files are written hours after those of their folders: late, or in the zone ${best}`,
    alternatives: alike,
  }
}

/** Milliseconds from the beginning of each folder's hour to its first file. */
function lagsIn(timeZone: string, template: string, folders: readonly ObservedFolder[]): readonly number[] {
  const layout = compileLayout({ template, timeZone })
  return folders.flatMap(({ segments, first }) => {
    const parsed = layout.parse(segments)
    return parsed.kind === 'partition' && parsed.time !== undefined ? [first - parsed.time] : []
  })
}

const isSoon = (lag: number): boolean => lag >= EARLY && lag <= SOON
const shareOf = (lags: readonly number[]): number =>
  lags.length === 0 ? 0 : lags.filter(isSoon).length / lags.length
const share = (lags: readonly number[]): number => lags.filter(isSoon).length
