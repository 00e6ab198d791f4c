/** Whose tickets MIT's library takes: it knows by the process's environment. */
import { GoldsyncError } from '../base/errors.ts'
import { setVariable, variable } from './environment.ts'
import { openTurns } from './turns.ts'

/** Each keytab and principal has a cache of its own in memory, which the library fills and renews; undefined for the cache of the environment. */
export interface Tickets {
  /**
   * Does it with these tickets.
   * @param signal aborted, with the error to throw, once it is not wanted any more
   * @throws GoldsyncError `UNAVAILABLE` where others are in use for too long
   */
  use<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

/** Milliseconds. Work whose KDC does not answer goes on for up to a minute, and no other tickets can be used meanwhile. */
const PATIENCE = 30_000

interface Environment {
  readonly keytab: string | undefined
  readonly cache: string | undefined
  /** Whether there are tickets: those who come together would fill one cache twice. */
  filled: boolean
}

/** As whoever started this process set them. */
const GIVEN = {
  KRB5_CLIENT_KTNAME: variable('KRB5_CLIENT_KTNAME'),
  KRB5CCNAME: variable('KRB5CCNAME'),
}

const takeTurn = openTurns<Environment>(({ keytab, cache }) => {
  setVariable('KRB5_CLIENT_KTNAME', keytab === undefined ? GIVEN.KRB5_CLIENT_KTNAME : `FILE:${keytab}`)
  setVariable('KRB5CCNAME', cache ?? GIVEN.KRB5CCNAME)
})

const ALWAYS = new AbortController().signal

const OWN: Environment = { keytab: undefined, cache: undefined, filled: true }
const environments = new Map<string, Environment>()

function environmentOf(keytab: string | undefined, client: string | undefined): Environment {
  if (keytab === undefined) return OWN
  const key = `${client} ${keytab}`
  const known = environments.get(key)
  if (known) return known
  const cache = `MEMORY:goldsync-${environments.size + 1}`
  const environment = { keytab, cache, filled: false }
  environments.set(key, environment)
  return environment
}

export function ticketsOf(keytab: string | undefined, client: string | undefined): Tickets {
  const environment = environmentOf(keytab, client)
  const turn = { environment, alone: () => !environment.filled, patience: PATIENCE, tooLate }
  return {
    use: (work, signal = ALWAYS) =>
      takeTurn({ ...turn, signal }, async () => {
        const done = await work()
        environment.filled = true
        return done
      }),
  }
}

const tooLate = (): GoldsyncError =>
  new GoldsyncError(
    'UNAVAILABLE',
    `Kerberos: another keytab of this process waits for its KDC for more than ${PATIENCE / 1000} s`,
    {
      hint: 'one realm has no KDC that answers: the errors of the other catalogs and storages tell which; tried again, it may work',
    },
  )
