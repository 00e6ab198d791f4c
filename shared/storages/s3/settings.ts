/** From options to all that the client needs to know: resolved once, when the storage is opened. */
import { awsClientSettings } from '../../base/aws-client.ts'
import { readTls } from '../../base/tls.ts'
import { DEFAULT_TIMEOUT } from '../request-options.ts'
import type { S3Options } from './options.ts'

/** Twice what one listing or reading keeps busy, since tables are synced side by side. */
const DEFAULT_CONNECTIONS = 32
/** S3 asks to slow down while it shares out a busy prefix; with the SDK's pauses, five attempts take up to about 8 s. */
const ATTEMPTS = 5

export interface Settings {
  /** Where requests go, for messages. */
  readonly server: string
  /** Milliseconds for one call with its retries. */
  readonly callLimit: number
  /** Milliseconds for one request. */
  readonly timeout: number
  /** For the SDK's constructor. Holds secrets. */
  readonly client: ReturnType<typeof clientSettings>
}

/** @throws GoldsyncError `CONFIG_INVALID` where a certificate cannot be read */
export async function resolveSettings(options: S3Options): Promise<Settings> {
  const { endpoint, timeout = DEFAULT_TIMEOUT } = options
  const limits = { timeout, attempts: ATTEMPTS, connections: options.connections ?? DEFAULT_CONNECTIONS }
  return {
    server: endpoint === undefined ? 'S3' : new URL(endpoint).origin,
    // One that hangs is given a second chance; one that refuses quickly, all attempts.
    callLimit: 2 * timeout,
    timeout,
    client: clientSettings(
      awsClientSettings(options, endpoint, limits, await readTls(options.tls ?? {})),
      options.pathStyle ?? endpoint !== undefined,
    ),
  }
}

const clientSettings = (shared: ReturnType<typeof awsClientSettings>, forcePathStyle: boolean) =>
  ({
    ...shared,
    forcePathStyle,
    followRegionRedirects: true,
    // Parts of files have no checksum of their own; only newer servers know the header that asks for one.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
  }) as const
