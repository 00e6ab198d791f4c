/** Reads what a NameNode or DataNode says went wrong. HDFS answers every IOException with 403: the exception's class decides. */
import * as z from 'zod'
import type { Answer } from './http.ts'

export interface RemoteException {
  /** The class's simple name: `StandbyException`. */
  readonly exception: string
  readonly message: string
}

const MOST_CHARACTERS = 300

const body = z.object({
  RemoteException: z.object({ exception: z.string(), message: z.string().nullish() }),
})

/** Undefined where the body is something else: a proxy's page, or another service. */
export function remoteException(answer: Answer): RemoteException | undefined {
  const { data } = body.safeParse(parseJson(answer.body))
  if (!data) return undefined
  const { exception, message } = data.RemoteException
  // The rest is a stack trace.
  const [firstLine = ''] = (message ?? '').split('\n')
  return { exception, message: firstLine.slice(0, MOST_CHARACTERS) }
}

/** Undefined for what is not JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Why another NameNode, or the same one later, should be asked; undefined where this answer counts. */
export function turnsAway(answer: Answer): string | undefined {
  // HDFS sends no exception with these, and of a scan nearly all answers are such.
  if (answer.status < 400) return undefined
  const remote = remoteException(answer)
  switch (remote?.exception) {
    case 'StandbyException':
      return 'is in standby'
    case 'RetriableException':
      return `asks to be asked later (${remote.message})`
    default:
      return answer.status >= 500 || answer.status === 429
        ? `answered ${answer.status}${remote ? ` (${remote.exception}: ${remote.message})` : ''}`
        : undefined
  }
}
