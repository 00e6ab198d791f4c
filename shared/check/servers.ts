/** What each server of a backend said, and whether one of them can do the work. Pure. */
import type { ServerFacts } from '../base/server-facts.ts'
import { because, failed, ok, type Said, warning } from './check.ts'

/** Whether one of them answers: what needs them can be asked. */
export const oneServes = (servers: readonly ServerFacts[]): boolean =>
  servers.some(({ error, standby }) => error === undefined && standby !== true)

/** A line each. One that does not answer matters less where another does the work. */
export function sayServers(servers: readonly ServerFacts[]): readonly Said[] {
  const served = oneServes(servers)
  const lines = servers.map(({ server, version, standby, error }) => {
    if (error && served)
      return warning(
        `${error.message}; another one serves, and if that ends nothing is left`,
        error.hint ?? `mend ${server}, or take it out of the list`,
      )
    if (error) return because(error)
    if (standby) return ok(`${server} answers, and is in standby`)
    return ok(`${server} answers${version === undefined ? '' : `: version ${version}`}`)
  })
  const idle = servers.length > 0 && servers.every(({ standby }) => standby)
  return idle
    ? [...lines, failed('all are in standby: none is active', 'look at the failover controllers')]
    : lines
}
