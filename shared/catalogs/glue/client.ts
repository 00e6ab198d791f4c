/** Requests to Glue: few at a time, each with an end. */
import { awsClientSettings, countingRetries } from '../../base/aws-client.ts'
import { GoldsyncError } from '../../base/errors.ts'
import { awaiting } from '../../base/waits.ts'
import type { Call } from '../catalog.ts'
import { aborted, glueError, timedOut } from './errors.ts'
import type { Input, Operation, Output } from './operations.ts'
import type { GlueOptions } from './options.ts'
import type { Sdk } from './sdk.ts'
import { openTurns } from './turns.ts'

export interface Glue {
  /** @throws GoldsyncError as errors.ts tells; `ABORTED`, `TIMEOUT`, `MISSING_PACKAGE` */
  send<O extends Operation>(operation: O, input: Input<O>, call: Call): Promise<Output<O>>
  close(): void
}

/** Requests at once, of all tables: Glue counts them by account, and refuses those that are too many. */
const AT_ONCE = 4

/** A client that loads the SDK and looks for credentials with its first request. */
export function openGlueClient(options: GlueOptions): Glue {
  const server = serverOf(options)
  const ms = options.timeout * options.attempts
  const turns = openTurns(AT_ONCE)
  let opened: Promise<Sdk> | undefined

  const request = async <O extends Operation>(operation: O, input: Input<O>, abortSignal: AbortSignal) => {
    opened ??= open(options)
    const { operations } = await opened
    return operations[operation](input, { abortSignal })
  }
  return {
    async send(operation, input, call) {
      const about = `${server}: ${operation}`
      try {
        const work = (stop: AbortSignal) => countingRetries(request(operation, input, stop), call)
        return await turns(() =>
          awaiting(server, operation, () => within({ ms, signal: call.signal, about }, work)),
        )
      } catch (error) {
        throw glueError(error, about)
      }
    },
    close() {
      opened?.then(
        sdk => sdk.destroy(),
        () => {},
      )
    },
  }
}

const serverOf = ({ endpoint, region }: GlueOptions): string =>
  endpoint === undefined ? ['Glue', region].join(' ').trim() : `Glue ${new URL(endpoint).host}`

async function open(options: GlueOptions): Promise<Sdk> {
  const { timeout, attempts, endpoint, catalogId } = options
  const { openSdk } = await loadSdk()
  const limits = { timeout, attempts, connections: AT_ONCE }
  return openSdk(awsClientSettings(options, endpoint, limits), catalogId)
}

async function loadSdk(): Promise<typeof import('./sdk.ts')> {
  try {
    return await import('./sdk.ts')
  } catch (cause) {
    throw new GoldsyncError('MISSING_PACKAGE', 'the glue catalog needs the package @aws-sdk/client-glue', {
      hint: 'npm install @aws-sdk/client-glue@3',
      cause,
    })
  }
}

interface Limits {
  readonly ms: number
  readonly signal: AbortSignal | undefined
  /** What is waited for, for the message. */
  readonly about: string
}

/**
 * The work's outcome, unless the caller gives up or time is up before: the SDK heeds no signal while it pauses between
 * attempts or looks for credentials.
 */
function within<T>({ ms, signal, about }: Limits, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  if (signal?.aborted) return Promise.reject(aborted(about))
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const stop = (error: GoldsyncError) => {
      reject(error)
      controller.abort(error)
    }
    const onAbort = () => stop(aborted(about))
    const timer = setTimeout(() => stop(timedOut(about, ms)), ms)
    signal?.addEventListener('abort', onAbort)
    work(controller.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
      })
  })
}
