/** Reads what a NameNode, a DataNode or a gateway says went wrong. */
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
