/** A file of delegation tokens, one of each backend that has some: what `goldsync token fetch` does. */
import { readFile } from 'node:fs/promises'
import { GoldsyncError } from '../../base/errors.ts'
import { decodeTokenFile, encodeTokenFile, type HadoopToken } from '../../credentials/hadoop-token.ts'
import type { Lake } from '../../run/run.ts'
import { replaceFile } from '../replace-file.ts'

/** What hands out tokens, by their names in the file: catalogs by theirs, storages by the root of their locations (`hdfs://ns`). */
export type TokenSources = ReadonlyMap<string, () => Promise<HadoopToken>>

/** @throws GoldsyncError `CONFIG_INVALID` where there are none */
export function tokenSources(
  lakes: readonly Pick<Lake, 'location' | 'storage' | 'catalogs'>[],
): TokenSources {
  const named = lakes.flatMap(({ location, storage, catalogs }) => [
    { name: rootOf(location), backend: storage },
    ...catalogs.map(catalog => ({ name: catalog.name, backend: catalog })),
  ])
  const sources = named.flatMap(({ name, backend: { delegationToken } }) =>
    delegationToken ? [[name, () => delegationToken()] as const] : [],
  )
  if (sources.length > 0) return new Map(sources)
  throw new GoldsyncError('CONFIG_INVALID', 'no storage or catalog of the config hands out tokens', {
    hint: 'WebHDFS and metastores do, with auth: {kind: kerberos}',
  })
}

/** Scheme and authority: lakes of one nameservice have one token. */
const rootOf = (location: string): string => /^[^:]+:(?:\/\/[^/]*)?/.exec(location)?.[0] ?? location

export interface Fetched {
  readonly tokens: readonly HadoopToken[]
  /** Why others have none, or keep the one that they had. */
  readonly failures: readonly { readonly name: string; readonly error: unknown }[]
}

/**
 * Writes new tokens in the place of the file's; those of sources that fail stay as they are. Writes nothing where all fail.
 * @throws GoldsyncError `REQUEST_INVALID` where the file cannot be written
 */
export async function fetchInto(file: string, sources: TokenSources): Promise<Fetched> {
  const asked = await Promise.all([...sources].map(([name, ask]) => outcomeOf(name, ask)))
  const tokens = asked.flatMap(one => ('token' in one ? [one.token] : []))
  const failures = asked.flatMap(one => ('error' in one ? [one] : []))
  if (tokens.length > 0) {
    const failed = new Set(failures.map(({ name }) => name))
    const kept = failed.size === 0 ? [] : (await tokensIn(file)).filter(({ alias }) => failed.has(alias))
    await replace(file, encodeTokenFile([...tokens, ...kept]))
  }
  return { tokens, failures }
}

const outcomeOf = (name: string, ask: () => Promise<HadoopToken>) =>
  ask().then(
    token => ({ name, token }),
    (error: unknown) => ({ name, error }),
  )

/** None where there is no such file, or another one: it is replaced. */
const tokensIn = (file: string): Promise<readonly HadoopToken[]> =>
  readFile(file)
    .then(decodeTokenFile)
    .catch(() => [])

async function replace(file: string, bytes: Buffer): Promise<void> {
  try {
    await replaceFile(file, bytes, 0o600)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new GoldsyncError('REQUEST_INVALID', `--out: cannot write ${file} (${code})`, { cause })
  }
}
