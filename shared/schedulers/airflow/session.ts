/** Who goldsync is to Airflow: a token of the config, or the one that a user gets. */
import { GoldsyncError } from '../../base/errors.ts'
import { openBearer } from '../../credentials/bearer.ts'
import { openSecret } from '../../credentials/secret.ts'
import { ask, refused, type Server } from '../ask.ts'
import type { AirflowOptions } from './options.ts'

interface Session {
  /** A value of the Authorization header. @throws GoldsyncError `AUTHENTICATION_FAILED` `UNAVAILABLE` `CONFIG_INVALID` */
  current(signal: AbortSignal): Promise<string>
  /** Another one after Airflow has refused this one; undefined where there is none. */
  instead(refused: string, signal: AbortSignal): Promise<string | undefined>
}

export function openSession(auth: AirflowOptions['auth'], server: Server): Session {
  const key = `schedulers.${server.name}.auth`
  if (auth.kind === 'bearer') {
    const read = openBearer(auth.token, `${key}.token`)
    return {
      current: read,
      instead: async was => {
        const now = await read()
        return now === was ? undefined : now
      },
    }
  }
  const password = openSecret(auth.password, `${key}.password`)
  const login = async (signal: AbortSignal) => tokenOf(server, auth.user, await password(), signal)
  return keptUntilRefused(login)
}

/** Milliseconds in which a user who was refused is not tried again: servers lock users out for that. */
const PAUSE = 60_000

/** All who wait get the same token, or the same refusal. */
function keptUntilRefused(login: (signal: AbortSignal) => Promise<string>): Session {
  let kept: Promise<string> | undefined
  const renewed = (signal: AbortSignal): Promise<string> => {
    const fetched = login(signal)
    const forget = () => {
      if (kept === fetched) kept = undefined
    }
    fetched.catch((error: unknown) => {
      const isNo = error instanceof GoldsyncError && error.code === 'AUTHENTICATION_FAILED'
      if (isNo) setTimeout(forget, PAUSE).unref()
      else forget()
    })
    kept = fetched
    return fetched
  }
  return {
    current: signal => kept ?? renewed(signal),
    async instead(was, signal) {
      const now = await kept
      return now === undefined || now === was ? renewed(signal) : now
    },
  }
}

async function tokenOf(
  server: Server,
  username: string,
  password: string,
  signal: AbortSignal,
): Promise<string> {
  const request = { path: 'auth/token', headers: {}, body: { username, password } }
  const answer = await ask(server, request, signal)
  const token = answer.status < 300 ? tokenIn(answer.text) : undefined
  if (token !== undefined) return `Bearer ${token}`
  // What it says of a wrong body repeats the body.
  if (answer.status >= 500 || answer.status === 429) throw refused(server, answer, { said: '' })
  throw new GoldsyncError(
    'AUTHENTICATION_FAILED',
    `${new URL(server.url).host} gives ${username} no token: auth/token answered ${answer.status}`,
    { hint: `check schedulers.${server.name}.auth` },
  )
}

function tokenIn(text: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown }
    return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) ? token : undefined
  } catch {
    return undefined
  }
}
