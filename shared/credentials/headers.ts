/** Headers of requests, as a config gives them, whose values are secrets. */
import * as z from 'zod'
import { openSecret, type Secret, secret } from './secret.ts'

/** RFC 9110 §5.6.2. */
const HEADER = /^[!#$%&'*+.^_`|~\w-]+$/

export const secretHeaders = z
  .record(z.string(), secret)
  .refine(given => Object.keys(given).every(name => HEADER.test(name)), 'expected names of headers')
  .default({})
  .describe('Headers of each request by name: text, or {file}, which is read again when it changes')

/** What they are now. @param key of the config, for messages */
export function openHeaders(
  given: Readonly<Record<string, Secret>>,
  key: string,
): () => Promise<Readonly<Record<string, string>>> {
  const opened = Object.entries(given).map(
    ([name, value]) => [name, openSecret(value, `${key}.${name}`)] as const,
  )
  return async () =>
    Object.fromEntries(await Promise.all(opened.map(async ([name, next]) => [name, await next()] as const)))
}
