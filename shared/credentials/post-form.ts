/** One form posted to an identity provider: by TLS, to that address alone, and no answer of any size. */
import { request } from 'node:https'
import type * as z from 'zod'
import { GoldsyncError } from '../base/errors.ts'
import { readTls, type tlsSettings } from '../base/tls.ts'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** Bytes of an answer: a token has a few thousand. */
const LIMIT = 64 * 1024
/** Milliseconds for all of it. */
const TIMEOUT = 8_000

interface Settings {
  readonly tls: z.infer<typeof tlsSettings>
  readonly authorization: string
}

/** @throws GoldsyncError `TIMEOUT`, `DATA_INVALID` where the answer is too long; errors of node:https */
export async function postForm(
  url: string,
  form: URLSearchParams,
  { tls, authorization }: Settings,
): Promise<Answer> {
  const texts = await readTls(tls)
  const body = form.toString()
  const headers = {
    authorization,
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    // A connection of its own: the next form is minutes away.
    const sent = request(url, { method: 'POST', headers, ...texts, rejectUnauthorized: true, agent: false })
    const timer = setTimeout(() => sent.destroy(tooSlow(url)), TIMEOUT)
    sent.on('close', () => clearTimeout(timer))
    sent.on('error', reject)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      let length = 0
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > LIMIT) sent.destroy(tooLong(url))
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

const tooSlow = (url: string): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${url}: no token within ${TIMEOUT} ms`, {
    hint: 'is the identity provider overloaded, or is a firewall in between? Check auth.tokenUrl',
  })

const tooLong = (url: string): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${url} answers with more than ${LIMIT} bytes`, {
    hint: 'check auth.tokenUrl: it is the token endpoint of the identity provider',
  })
