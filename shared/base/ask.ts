/** One small question to a server, such as an identity provider's: by TLS, to that address alone, and no answer of any size. */
import { request } from 'node:https'
import type * as z from 'zod'
import { GoldsyncError } from './errors.ts'
import { readTls, type tlsSettings } from './tls.ts'

export interface SmallAnswer {
  readonly status: number
  readonly body: string
}

interface Question {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string
  readonly tls: z.infer<typeof tlsSettings>
  /** What the answer is to have, for messages: `token`. */
  readonly wanted: string
  /** What to check, for messages: `check auth.tokenUrl`. */
  readonly check: string
}

/** Bytes of an answer: a token, or keys, have a few thousand. */
const LIMIT = 64 * 1024
/** Milliseconds for all of it. */
const TIMEOUT = 8_000

/**
 * Redirects are an answer like any other: nobody is led elsewhere.
 * @throws GoldsyncError `TIMEOUT`, `DATA_INVALID` where the answer is too long; errors of node:https
 */
export async function ask(url: string, question: Question): Promise<SmallAnswer> {
  const { method = 'GET', headers = {}, body, tls } = question
  const texts = await readTls(tls)
  return new Promise((resolve, reject) => {
    // A connection of its own: the next question is minutes away.
    const sent = request(url, { method, headers, ...texts, rejectUnauthorized: true, agent: false })
    const timer = setTimeout(() => sent.destroy(tooSlow(url, question)), TIMEOUT)
    sent.on('close', () => clearTimeout(timer))
    sent.on('error', reject)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > LIMIT) sent.destroy(tooLong(url, question))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    sent.end(body)
  })
}

const tooSlow = (url: string, { wanted, check }: Question): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${url}: no ${wanted} within ${TIMEOUT} ms`, {
    hint: `is the identity provider overloaded, or is a firewall in between? ${check}`,
  })

const tooLong = (url: string, { check }: Question): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${url} answers with more than ${LIMIT} bytes`, { hint: check })
