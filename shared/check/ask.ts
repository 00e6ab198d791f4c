/** A question that ends: what a server does not answer in time is an answer, too. */
import { type ErrorSummary, GoldsyncError, summarizeError } from '../base/errors.ts'
import { unlessAborted, within } from '../base/signals.ts'

/** What bounds the checks. */
export interface Limits {
  /** Epoch milliseconds. */
  readonly now: number
  /** Milliseconds for each question. */
  readonly patience: number
}

type Answer<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly error: ErrorSummary; readonly value?: undefined }

interface Call {
  readonly signal: AbortSignal
}

/** Never rejects. @param what is asked, for the message of one that is not answered in time */
export async function ask<T>(
  what: string,
  { patience }: Pick<Limits, 'patience'>,
  work: (call: Call) => Promise<T>,
): Promise<Answer<T>> {
  let late = false
  try {
    return {
      value: await within(patience, undefined, signal => {
        signal.addEventListener('abort', () => (late = true))
        return unlessAborted(signal, work({ signal }))
      }),
    }
  } catch (error) {
    return { error: summarizeError(late ? tooLate(what, patience) : error) }
  }
}

const tooLate = (what: string, patience: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${what}: no answer within ${patience / 1000} s`, {
    hint: 'is the server overloaded, does another one listen there, or does a firewall swallow what is sent?',
  })
