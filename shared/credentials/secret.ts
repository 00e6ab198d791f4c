/** A secret that a config holds as text, mostly by `${ENV}`, or names as a file that somebody replaces now and then. */
import { readFile, stat } from 'node:fs/promises'
import * as z from 'zod'
import { CredentialsError } from './credentials-error.ts'
import { markOf } from './file-mark.ts'

export const secret = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })])

export type Secret = z.infer<typeof secret>

/** More is no secret but a wrong file. */
const LIMIT = 64 * 1024

/** What the secret is now; without the line end that editors leave. @throws CredentialsError `CONFIG_INVALID` */
export type ReadSecret = () => Promise<string>

/**
 * A secret of a file is read again when the file changed: Kubernetes and token agents put a new one in its place.
 * @param key of the config, for messages
 */
export function openSecret(given: Secret, key: string): ReadSecret {
  if (typeof given === 'string') return async () => given
  const { file } = given
  let known: { readonly mark: string; readonly text: string } | undefined
  return async () => {
    try {
      const found = await stat(file)
      const mark = markOf(found)
      if (known?.mark !== mark) known = { mark, text: await textOf(file, found.size) }
      return known.text
    } catch (cause) {
      throw new CredentialsError('CONFIG_INVALID', `${key}: ${file}: ${reasonOf(cause)}`, {
        hint: 'name a file that holds the secret alone and that goldsync may read',
        cause,
      })
    }
  }
}

async function textOf(file: string, size: number): Promise<string> {
  if (size > LIMIT) throw new Error(`more than ${LIMIT} bytes`)
  const text = (await readFile(file, 'utf8')).trim()
  if (text === '') throw new Error('the file is empty')
  return text
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
