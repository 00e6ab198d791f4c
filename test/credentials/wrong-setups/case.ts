/** One wrong set-up of a secure cluster, what its error must say, and the secrets that it must not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { openCatalog } from '../../../shared/catalogs/open.ts'
import { openEngine } from '../../../shared/engines/open.ts'
import { openStorage } from '../../../shared/storages/open.ts'
import { securely } from '../../support/secure-hdfs.ts'
import { type SecureComponent, secure, secureAddresses } from '../../support/secure-stack.ts'
import type { Component } from '../../support/stack.ts'

/** What somebody set up wrongly, and the call that fails by it. */
export interface WrongSetup {
  readonly what: string
  readonly needs: readonly Component[]
  readonly code: string
  /** In the message or the hint. */
  readonly cause: RegExp
  /** In the hint. */
  readonly remedy: RegExp
  /** The first call, given up when the signal says so. */
  ask(signal: AbortSignal): Promise<unknown>
}

const used = new Set<string>()

/** A secret that the list uses. @returns it */
export function secretly(text: string): string {
  used.add(text)
  return text
}

export const usedSecrets = (): readonly string[] => [...used]

/** For one test. */
export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'goldsync-wrong-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

/** A file that one test has. @returns its path */
export async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = join(await folder(), 'file')
  await writeFile(file, content)
  return file
}

/** MIT's library reads it anew for each context. */
export function krb5Conf(file: string): void {
  process.env.KRB5_CONFIG = file
  onTestFinished(() => {
    process.env.KRB5_CONFIG = secure.krb5Config
  })
}

export const keytab = (name: string, more: object = {}) => ({
  kind: 'kerberos',
  keytab: secure.keytab(name),
  ...more,
})

type Options = Record<string, unknown>
type Given = Options | (() => Promise<Options>)

const resolved = async (given: Given): Promise<Options> =>
  typeof given === 'function' ? await given() : given

/** Lists the root of the secure HDFS. @param given beside the NameNode and the authority */
export const hdfs =
  (given: Given): WrongSetup['ask'] =>
  async signal => {
    const storage = await openStorage(secure.hdfs.uri, { ...securely(), ...(await resolved(given)) })
    onTestFinished(() => storage.close())
    return storage.list(secure.hdfs.uri, { signal })
  }

async function askCatalog(options: Options, signal: AbortSignal) {
  const catalog = await openCatalog('hive', options)
  onTestFinished(() => catalog.close())
  return catalog.hasDatabase('default', { signal })
}

export const metastore =
  (component: SecureComponent, given: Given): WrongSetup['ask'] =>
  async signal => {
    const { host, port } = secureAddresses[component]
    const uris = `thrift://${host}:${port}`
    return askCatalog({ kind: 'metastore', uris, ...(await resolved(given)) }, signal)
  }

/** @param http its HTTP port is the next one */
export const hiveserver2 =
  (component: SecureComponent, given: Given, http = false): WrongSetup['ask'] =>
  async signal => {
    const { host, port } = secureAddresses[component]
    const over = http ? { port: port + 1, transport: 'http' } : { port }
    return askCatalog({ kind: 'hiveserver2', host, ...over, ...(await resolved(given)) }, signal)
  }

export const trino =
  (given: Given): WrongSetup['ask'] =>
  async signal => {
    const base = { url: secure.trino.url, catalog: 'hive', tls: { ca: secure.ca } }
    const engine = await openEngine('trino', { kind: 'trino', ...base, ...(await resolved(given)) })
    onTestFinished(() => engine.close())
    const table = { database: 'default', name: 'nothing' }
    return engine.visible(
      [{ table, keys: [{ name: 'day', type: { kind: 'string' } }], partitions: [{ day: '1' }] } as never],
      {
        signal,
      },
    )
  }

/** Against a hang: goldsync's own limits end each call before, after 10 s at most; a busy machine takes as much again. */
const LIMIT = 60_000

/** What it fails with; the message says so where it does not, or takes too long. */
export async function errorOf({ ask }: WrongSetup) {
  const begun = performance.now()
  const limit = AbortSignal.timeout(LIMIT)
  const error = await ask(limit).then(
    answer => {
      throw new Error(`expected a failure, got ${JSON.stringify(answer)}`)
    },
    (thrown: unknown) => thrown,
  )
  expect(limit.aborted).toBe(false)
  return {
    error: error as Error & { code?: string; hint?: string },
    ms: Math.round(performance.now() - begun),
  }
}

/** All that an error could show, with what caused it. */
export function textsOf(error: unknown): string {
  const texts: string[] = []
  for (let at = error; at instanceof Error; at = at.cause)
    texts.push(at.message, at.stack ?? '', String((at as { hint?: string }).hint ?? ''))
  return texts.join('\n')
}
