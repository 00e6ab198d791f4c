/** One connection to PostgreSQL, opened on first use and again after it was lost. */
import type { Client } from 'pg'
import { GoldsyncError } from '../../base/errors.ts'
import { readTls } from '../../base/tls.ts'
import { openSecret } from '../../credentials/secret.ts'
import type { PostgresOptions } from '../options.ts'
import { addressOf } from './address.ts'

/** Milliseconds. */
const CONNECTED = 3_000
const ANSWERED = 10_000

export interface Connection {
  /** Works with the client; what it throws closes the connection. */
  use<T>(work: (client: Client) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function openConnection(options: PostgresOptions): Connection {
  const url = openSecret(options.url, 'history.url')
  const password =
    options.password === undefined ? undefined : openSecret(options.password, 'history.password')
  let opened: Client | undefined
  const open = async (): Promise<Client> => {
    const address = addressOf(await url())
    const client = new (await loadClient())({
      ...address,
      ...(password ? { password: await password() } : {}),
      ssl: options.tls === 'off' ? false : { ...(await readTls(options.tls)), rejectUnauthorized: true },
      application_name: 'goldsync',
      connectionTimeoutMillis: CONNECTED,
      query_timeout: ANSWERED,
      keepAlive: true,
    })
    // A server that goes while nothing is asked of it: the next use opens anew.
    client.on('error', () => {
      if (opened === client) opened = undefined
    })
    await client.connect()
    return client
  }
  const close = async (): Promise<void> => {
    const client = opened
    opened = undefined
    await client?.end().catch(() => undefined)
  }
  return {
    async use(work) {
      opened ??= await open()
      try {
        return await work(opened)
      } catch (error) {
        await close()
        throw error
      }
    },
    close,
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
