/** The status page of a server. However often it is asked for, the catalogs are asked now and then, by one at a time. */
import { isIP } from 'node:net'
import { RequestProblem } from '../../base/problem.ts'
import { type Outcome, reportOf } from '../../function/outcome.ts'
import type { StatusReport } from '../../function/status.ts'
import type { NoPast, Past } from '../../page/past.ts'
import { type Answer, statusOf } from '../answer.ts'

/** What it is made of. */
export interface PageSource {
  readonly status: () => Promise<Outcome>
  /** Absent where there is no history. */
  readonly past?: ((now: number) => Promise<Past | NoPast | undefined>) | undefined
}

export type StatusPage = (source: PageSource) => Promise<Answer>

/** Milliseconds for which a page is good. */
const GOOD = 5_000
/** A status that takes long is good for longer: what looks at pages must not keep catalogs busy. */
const REST = 4
/** Milliseconds for which no page is good any more, whatever it cost: who mends something looks again. */
const MOST = 60_000

/** @param clock epoch ms */
export function openStatusPage(clock: () => number = Date.now): StatusPage {
  let last: { readonly page: Promise<Answer>; until: number } | undefined
  return source => {
    if (last && clock() < last.until) return last.page
    const began = clock()
    const page = makePage(source, began)
    const mine = { page, until: Number.POSITIVE_INFINITY }
    last = mine
    page.then(
      ({ status }) => {
        const rest = status === 200 ? Math.min(MOST, REST * (clock() - began)) : 0
        mine.until = clock() + Math.max(GOOD, rest)
      },
      () => {
        mine.until = 0
      },
    )
    return page
  }
}

async function makePage({ status, past }: PageSource, now: number): Promise<Answer> {
  const { PAGE_HEADERS: headers, failurePageOf, pageOf } = await import('../page.ts')
  const [outcome, known] = await Promise.all([status(), past?.(now)])
  const report = reportOf(outcome) as StatusReport | undefined
  if (report) return { status: 200, headers, body: pageOf(report, { now, past: known, isLive: true }) }
  const error = 'error' in outcome ? outcome.error : { code: 'INTERNAL', message: 'there is no status' }
  return { status: statusOf(outcome), headers, body: failurePageOf(error, { now, isLive: true }) }
}

/**
 * A page elsewhere may give its own name this machine's address, and read what is served here: then the request bears that name.
 * Only where the server is this machine's alone is it known which names are right.
 * @throws RequestProblem 403
 */
export function refuseOtherNames(host: string | undefined): void {
  const name = (host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  if (isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost')) return
  throw new RequestProblem(403, 'what is shown here is for this machine: ask for it as http://localhost')
}

export const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && (host === 'localhost' || host === '::1' || host.startsWith('127.'))
