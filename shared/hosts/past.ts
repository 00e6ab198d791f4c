/** What a page tells of the history, read anew for each page. */
import { summarizeError } from '../base/errors.ts'
import type { Config } from '../config/config.ts'
import { byDefault, openHistory } from '../history/open.ts'
import { type NoPast, type Past, readPast } from '../page/past.ts'

const DAY = 86_400_000
/** What the plots show. */
const DAYS = 7
/** Entries. */
const LIMIT = 20_000
/** Milliseconds: what a page is not about is read over, and there may be gigabytes of it. */
const READING = 2_000

/**
 * Undefined where no history is kept. One that cannot be read is told of, and stops no page.
 * @param isKept whether there is one where the config says nothing
 * @param now epoch ms
 * @param signal ends the reading: the page tells of what was read
 */
export async function pastOf(
  config: Pick<Config, 'history' | 'lakes'>,
  env: NodeJS.ProcessEnv,
  isKept: boolean,
  now: number,
  signal: AbortSignal = AbortSignal.timeout(READING),
): Promise<Past | NoPast | undefined> {
  if (config.history === undefined && !isKept) return undefined
  const history = await openHistory(config.history ?? byDefault(env), env)
  if (history === undefined) return undefined
  const { place } = history
  const from = now - DAYS * DAY
  const lakes = config.lakes.map(({ location }) => location)
  try {
    const entries = history.read({ kinds: ['run', 'table'], lakes, since: from, limit: LIMIT }, signal)
    return await readPast(place, entries, { from, to: now, limit: LIMIT, signal })
  } catch (error) {
    return { place, error: summarizeError(error).message }
  } finally {
    await history.close()
  }
}
