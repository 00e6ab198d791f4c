/** Clocks that differ: tickets, signatures and times of webhooks are refused then. Pure. */
import { aheadBy, type ClockReading } from '../base/clock-reading.ts'
import { failed, notAsked, ok, type Said, warning } from './check.ts'

export interface NamedClock {
  readonly name: string
  readonly clock: ClockReading
}

const MINUTE = 60_000
/** What Kerberos and Standard Webhooks allow; S3 three times that. */
const MOST = 5 * MINUTE

const FIX = 'let this machine and the server set their clocks by NTP (timedatectl, chronyc tracking)'

/** @param needed what depends on the clock here: `Kerberos`, `the webhook`; none where nothing does */
export function sayClocks(clocks: readonly NamedClock[], needed: readonly string[]): readonly Said[] {
  if (clocks.length === 0) return [notAsked('the clocks', 'no server that was reached tells its own')]
  const off = clocks
    .map(({ name, clock }) => ({ name, by: aheadBy(clock) }))
    .filter(({ by }) => Math.abs(by) > MINUTE)
  if (off.length === 0)
    return [ok(`clocks agree within a minute: ${clocks.map(({ name }) => name).join(', ')}`)]
  return off.map(({ name, by }) => {
    const said = `the clock of ${name} is ${Math.round(Math.abs(by) / MINUTE)} min ${by > 0 ? 'ahead of' : 'behind'} this machine's`
    if (Math.abs(by) <= MOST || needed.length === 0) return warning(said, FIX)
    return failed(`${said}: ${needed.join(', ')} will not take that`, FIX)
  })
}
