/** Calls of the AWS SDK, with an end to each: the caller's, the storage's, or that of time. */
import { GoldsyncError } from '../../base/errors.ts'
import { abortWith } from '../../base/signals.ts'
import { awaiting } from '../../base/waits.ts'
import { aborted, stopIfAborted } from '../failures.ts'
import type { Call } from '../storage.ts'
import { addressOf } from './address.ts'
import { type Asked, s3Error, timedOut } from './errors.ts'
import type { Settings } from './settings.ts'

type Sdk = typeof import('./sdk.ts')

/** What work is done with. */
interface Tools {
  readonly sdk: Sdk
  readonly s3: InstanceType<Sdk['S3Client']>
  /** For every command that is sent. */
  readonly abortSignal: AbortSignal
}

export interface Client {
  readonly server: string
  /**
   * Does work that asks S3 for a location.
   * @throws GoldsyncError `ABORTED`, `TIMEOUT`, `MISSING_PACKAGE`; what the work throws as an error of ours
   */
  ask<T>(location: string, call: Call, work: (tools: Tools) => Promise<T>): Promise<T>
  close(): void
}

/** The SDK is loaded by the first call. */
export function openClient(settings: Settings): Client {
  const closing = new AbortController()
  let opened: Promise<Omit<Tools, 'abortSignal'>> | undefined

  async function open() {
    const sdk = await loadSdk()
    return { sdk, s3: new sdk.S3Client(settings.client) }
  }

  async function ask<T>(location: string, call: Call, work: (tools: Tools) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    const letGo = abortWith(stop, [closing.signal, call.signal])
    let late = false
    const timeout = setTimeout(() => {
      late = true
      stop.abort()
    }, settings.callLimit)
    const abortSignal = stop.signal
    try {
      abortSignal.throwIfAborted()
      opened ??= open()
      const tools = { ...(await opened), abortSignal }
      const answer = awaiting(hostOf(settings), location, () => work(tools))
      return await Promise.race([answer, rejectedBy(abortSignal)])
    } catch (error) {
      stopIfAborted(call, location)
      if (closing.signal.aborted) throw aborted(location, new Error('the storage was closed'))
      throw asOurs(error, { location, ...settings }, late)
    } finally {
      clearTimeout(timeout)
      letGo()
    }
  }

  return {
    server: settings.server,
    ask,
    close() {
      closing.abort()
      opened?.then(
        ({ s3 }) => s3.destroy(),
        () => {},
      )
    },
  }
}

function asOurs(error: unknown, about: Omit<Asked, 'bucket'>, late: boolean): GoldsyncError {
  if (error instanceof GoldsyncError) return error
  const asked = { ...about, bucket: addressOf(about.location).bucket }
  return late ? timedOut(asked, error) : s3Error(error, asked)
}

const hostOf = ({ server }: Settings): string => server.replace(/^https?:\/\//, '')

// The SDK heeds a signal while it sends, not while it looks for credentials.
const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

async function loadSdk(): Promise<Sdk> {
  try {
    return await import('./sdk.ts')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the s3 storage needs the package @aws-sdk/client-s3', {
      hint: 'npm install @aws-sdk/client-s3@3',
      cause,
    })
  }
}
