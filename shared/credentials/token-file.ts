/** Tokens from a file that somebody renews: it is read again when it was replaced. */
import { readFile, stat } from 'node:fs/promises'
import { CredentialsError } from './credentials-error.ts'
import { variable } from './environment.ts'
import { markOf } from './file-mark.ts'
import { decodeTokenFile, factsOf, type HadoopToken } from './hadoop-token.ts'
import type { TokenAuth } from './options.ts'

/** The token of the file for a service that takes these kinds. @throws CredentialsError `CONFIG_INVALID` `AUTHENTICATION_FAILED` */
export type ReadToken = (kinds: readonly string[]) => Promise<HadoopToken>

/** Tokens of a job with a thousand clusters take less. */
const LIMIT = 4 * 1024 * 1024

/** Which of several tokens of one kind, where `auth.service` does not choose. */
export interface TokenChoice {
  /** The name (alias) that comes first; then the token that lasts longest. */
  readonly name?: string | undefined
  /** The service whose tokens are for others. */
  readonly notFor?: string | undefined
}

export function openTokens({ file: given, service }: TokenAuth, choice: TokenChoice = {}): ReadToken {
  let known: { readonly mark: string; readonly tokens: readonly HadoopToken[] } | undefined
  return async kinds => {
    const file = given ?? variable('HADOOP_TOKEN_FILE_LOCATION')
    if (file === undefined)
      throw new CredentialsError('CONFIG_INVALID', 'auth: no file of tokens is named', {
        hint: 'set auth.file, or HADOOP_TOKEN_FILE_LOCATION in the environment',
      })
    const mark = await markOfFile(file)
    if (known?.mark !== mark) known = { mark, tokens: await tokensOf(file) }
    return chosen(known.tokens, kinds, service, choice, file)
  }
}

async function markOfFile(file: string): Promise<string> {
  const found = await stat(file).catch(cause => unreadable(file, cause))
  if (found.size > LIMIT) throw unfit(file, `more than ${LIMIT} bytes`)
  return `${file} ${markOf(found)}`
}

async function tokensOf(file: string): Promise<readonly HadoopToken[]> {
  const bytes = await readFile(file).catch(cause => unreadable(file, cause))
  try {
    return decodeTokenFile(bytes)
  } catch (error) {
    throw unfit(file, error instanceof Error ? error.message : String(error))
  }
}

const HINT = 'goldsync token fetch, hdfs fetchdt and job schedulers write such files'

const unfit = (file: string, what: string): CredentialsError =>
  new CredentialsError('CONFIG_INVALID', `auth.file: ${file}: ${what}`, { hint: HINT })

function unreadable(file: string, cause: NodeJS.ErrnoException): never {
  throw new CredentialsError('CONFIG_INVALID', `auth.file: ${file}: cannot be read (${cause.code})`, {
    hint: HINT,
    cause,
  })
}

function chosen(
  tokens: readonly HadoopToken[],
  kinds: readonly string[],
  service: string | undefined,
  { name, notFor }: TokenChoice,
  file: string,
): HadoopToken {
  const now = Date.now()
  const rank = (token: HadoopToken) => (untilOf(token) > now ? 2 : 0) + (token.alias === name ? 1 : 0)
  const fit = tokens
    .filter(({ kind }) => kinds.includes(kind))
    .filter(token =>
      service === undefined
        ? notFor === undefined || token.service !== notFor
        : token.service === service || token.alias === service,
    )
    .sort((one, other) => rank(other) - rank(one) || untilOf(other) - untilOf(one))
  const [token] = fit
  if (token === undefined)
    throw unfit(
      file,
      `it has no token of the kind ${kinds.join(' or ')}${service === undefined ? '' : ` for ${service}`}, but ${tokens.map(each => `${each.kind} (${each.service || each.alias})`).join(', ') || 'none'}`,
    )
  if (untilOf(token) > now) return token
  throw new CredentialsError(
    'AUTHENTICATION_FAILED',
    `auth.file: ${file}: the token ${token.kind} ended at ${new Date(untilOf(token)).toISOString()}`,
    { hint: 'fetch a new one (goldsync token fetch); a running goldsync reads the file when it is replaced' },
  )
}

const untilOf = (token: HadoopToken): number => factsOf(token)?.until ?? Number.POSITIVE_INFINITY
