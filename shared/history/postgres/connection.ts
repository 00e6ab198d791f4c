/** One connection to PostgreSQL, opened on first use and anew where it was lost. */
import type { Client } from 'pg'
import { GoldsyncError } from '../../base/errors.ts'
import { readTls } from '../../base/tls.ts'
import { openSecret } from '../../credentials/secret.ts'
import type { PostgresOptions } from '../options.ts'
import { addressOf } from './address.ts'

/** Milliseconds. */
const CONNECTED = 3_000
const ANSWERED = 10_000

type Work<T> = (client: Client) => Promise<T>

export interface Connection {
  /** Works with the client; what it throws closes the connection. What was begun on one that is lost is done once more, on a new one, unless again is false. */
  use<T>(work: Work<T>, again?: boolean): Promise<T>
  close(): Promise<void>
}

/** @param connect a client that is connected; for tests */
export function openConnection(
  options: PostgresOptions,
  connect: () => Promise<Client> = connector(options),
): Connection {
  let opened: Client | undefined
  const open = async (): Promise<Client> => {
    const client = await connect()
    // A server that goes while nothing is asked of it: the next use opens anew.
    client.on('error', () => {
      if (opened === client) opened = undefined
    })
    return client
  }
  const close = async (): Promise<void> => {
    const client = opened
    opened = undefined
    await client?.end().catch(() => undefined)
  }
  const attempt = async <T>(work: Work<T>): Promise<T> => {
    opened ??= await open()
    try {
      return await work(opened)
    } catch (error) {
      await close()
      throw error
    }
  }
  return {
    async use(work, again = true) {
      const mayBeLost = again && opened !== undefined
      try {
        return await attempt(work)
      } catch (error) {
        if (!mayBeLost || isAnswer(error)) throw error
        return await attempt(work)
      }
    },
    close,
  }
}

/** What the server says of a statement, not of the connection (SQLSTATE 08 and 57P). */
function isAnswer(error: unknown): boolean {
  const { severity, code } = error as { readonly severity?: unknown; readonly code?: unknown }
  return severity !== undefined && !/^(08|57P)/.test(`${code}`)
}

/** @param within milliseconds; for tests */
export function connector(options: PostgresOptions, within: number = CONNECTED): () => Promise<Client> {
  const url = openSecret(options.url, 'history.url')
  const password =
    options.password === undefined ? undefined : openSecret(options.password, 'history.password')
  return async () => {
    const address = addressOf(await url())
    const client = new (await loadClient())({
      ...address,
      ...(password ? { password: await password() } : {}),
      ssl: options.tls === 'off' ? false : { ...(await readTls(options.tls)), rejectUnauthorized: true },
      application_name: 'goldsync',
      connectionTimeoutMillis: within,
      query_timeout: ANSWERED,
      keepAlive: true,
    })
    // Without a listener an error would end the process.
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
}

async function loadClient(): Promise<typeof Client> {
  try {
    return (await import('pg')).default.Client
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the history needs the package pg', {
      hint: 'npm install pg',
      cause,
    })
  }
}
