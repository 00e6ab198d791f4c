/** Iceberg tables of a REST catalog (Iceberg REST Open API): the server checks what a commit requires, and writes the metadata. Namespaces have one level. */
import { stringify } from 'lossless-json'
import * as z from 'zod'
import { type ErrorCode, GoldsyncError } from '../../../base/errors.ts'
import type { Staged } from '../../../iceberg/metadata.ts'
import { type TableName, tableId } from '../../../schema/table.ts'
import type { Call } from '../../catalog.ts'
import { parseMetadata } from '../metadata-json.ts'
import { type Loaded, OutcomeUnknown, type TableStore } from '../table-store.ts'
import {
  jsonOf,
  namespacePath,
  openRestClient,
  type RestClient,
  tablePath,
  tablesPath,
} from './rest-client.ts'
import { faultOf, notRest } from './rest-errors.ts'
import { inClear, type RestOptions } from './rest-options.ts'

/** Opens the store; it connects on first use. @param name of the catalog in the config @throws GoldsyncError `CONFIG_INVALID` where a secret would go in clear */
export function openRestStore(options: RestOptions, name: string): TableStore {
  const fault = inClear(options)
  if (fault !== undefined) throw new GoldsyncError('CONFIG_INVALID', `catalogs.${name}.tables.uri: ${fault}`)
  const client = openRestClient(options)
  return {
    load: (table, call = {}) => load(client, table, call),
    commit: (table, base, staged, call = {}) => commit(client, table, base, staged, call),
    tables: (database, call = {}) => tables(client, database, call),
    hasDatabase: (database, call = {}) => hasDatabase(client, database, call),
    createDatabase: (database, call = {}) => createDatabase(client, database, call),
    databases: (call = {}) => databases(client, call),
    rename: (table, to, call = {}) => rename(client, table, to, call),
    close: async () => client.close(),
  }
}

const isMissing = (answer: { readonly status: number; readonly body: Buffer }): boolean =>
  answer.status === 404 && /^NoSuch|NotFound/.test(faultOf(answer)?.type ?? '')

async function load(client: RestClient, table: TableName, call: Call): Promise<Loaded | undefined> {
  const answer = await client.ask('GET', `${tablePath(table)}?snapshots=all`, call)
  return isMissing(answer)
    ? undefined
    : loadedFrom(jsonOf(answer, client.origin, tableId(table)), table, client)
}

const loadedBody = z.object({ 'metadata-location': z.string().nullish(), metadata: z.object({}) })

function loadedFrom(json: unknown, table: TableName, { origin }: RestClient): Loaded {
  const about = `${tableId(table)}: Iceberg REST catalog ${origin}`
  const { data } = loadedBody.safeParse(json)
  if (!data) throw notRest(`${about} answers without a table`)
  // As it was written: the parser of this alone gives numbers as their texts.
  const text = stringify((json as { readonly metadata: unknown }).metadata) as string
  return {
    metadata: parseMetadata(Buffer.from(text), about),
    metadataLocation: data['metadata-location'] ?? '',
  }
}

async function commit(
  client: RestClient,
  table: TableName,
  base: Loaded | undefined,
  staged: Staged,
  call: Call,
): Promise<Loaded> {
  const body = stringify({ identifier: identifierOf(table), ...staged }) as string
  try {
    const json = await client.demand('POST', tablePath(table), tableId(table), call, body)
    return loadedFrom(json, table, client)
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    if (NOT_TAKEN.has(error.code) && error.code !== 'REQUEST_INVALID') throw error
    const now = await load(client, table, {}).catch(() => undefined)
    if (error.code === 'REQUEST_INVALID') throw refused(table, base, now, error)
    if (now && holds(now, staged)) return now
    throw unknown(error)
  }
}

/** A sequence number that a commit to another branch has taken is a bad request to some servers. */
function refused(
  table: TableName,
  base: Loaded | undefined,
  now: Loaded | undefined,
  cause: GoldsyncError,
): GoldsyncError {
  if (!base || !now || base.metadataLocation === now.metadataLocation) return cause
  const message = `somebody else has committed to ${tableId(table)}: ${cause.message}`
  return new GoldsyncError('CONFLICT', message, { cause })
}

/** Of whatever else an answer says it is not known. */
const NOT_TAKEN: ReadonlySet<ErrorCode> = new Set([
  'CONFLICT',
  'AUTHENTICATION_FAILED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'UNSUPPORTED',
  'REQUEST_INVALID',
])

function unknown(cause: GoldsyncError): OutcomeUnknown {
  const { code, message, hint, retryable } = cause
  return new OutcomeUnknown(code, message, { cause, retryable, ...(hint === undefined ? {} : { hint }) })
}

/** By what only this commit can have brought. */
const holds = ({ metadata }: Loaded, { updates }: Staged): boolean =>
  updates.some(
    update =>
      (update.action === 'assign-uuid' && update.uuid === metadata['table-uuid']) ||
      (update.action === 'add-snapshot' &&
        metadata.snapshots?.some(known => known['snapshot-id'] === update.snapshot['snapshot-id'])),
  )

/** The answer was lost, or the server does not know itself (500, 502, 504). */
const isUnknown = (error: unknown): boolean =>
  error instanceof GoldsyncError && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT')

const identifierOf = ({ database, name }: TableName) => ({ namespace: [database], name })

const tablesBody = z.object({
  identifiers: z.array(z.object({ name: z.string() })),
  'next-page-token': z.string().nullish(),
})

async function tables(client: RestClient, database: string, call: Call): Promise<readonly string[]> {
  const names: string[] = []
  for (let page: string | undefined; ; ) {
    const answer = await client.ask('GET', `${tablesPath(database)}${pageQuery(page)}`, call)
    if (isMissing(answer)) return []
    const { data } = tablesBody.safeParse(jsonOf(answer, client.origin, database))
    if (!data) throw notRest(`${database}: ${client.origin} answers without a list of tables`)
    names.push(...data.identifiers.map(each => each.name))
    page = nextPage(page, data)
    if (page === undefined) return names
  }
}

const namespacesBody = z.object({
  namespaces: z.array(z.array(z.string())),
  'next-page-token': z.string().nullish(),
})

async function databases(client: RestClient, call: Call): Promise<readonly string[]> {
  const names: string[] = []
  for (let page: string | undefined; ; ) {
    const json = await client.demand('GET', `namespaces${pageQuery(page)}`, 'namespaces', call)
    const { data } = namespacesBody.safeParse(json)
    if (!data) throw notRest(`namespaces: ${client.origin} answers without a list of them`)
    names.push(...data.namespaces.flatMap(levels => (levels.length === 1 ? levels : [])))
    page = nextPage(page, data)
    if (page === undefined) return names
  }
}

const pageQuery = (page: string | undefined): string =>
  page === undefined ? '' : `?${new URLSearchParams({ pageToken: page })}`

/** A server that gives one token again would give its page for ever. */
const nextPage = (
  page: string | undefined,
  { 'next-page-token': next }: { readonly 'next-page-token'?: string | null | undefined },
): string | undefined => (next && next !== page ? next : undefined)

async function hasDatabase(client: RestClient, database: string, call: Call): Promise<boolean> {
  const answer = await client.ask('GET', namespacePath(database), call)
  if (isMissing(answer)) return false
  jsonOf(answer, client.origin, database)
  return true
}

async function createDatabase(client: RestClient, database: string, call: Call): Promise<void> {
  const body = JSON.stringify({ namespace: [database], properties: {} })
  try {
    await client.demand('POST', 'namespaces', database, call, body)
  } catch (error) {
    if (!(error instanceof GoldsyncError) || error.code !== 'CONFLICT') throw error
  }
}

async function rename(client: RestClient, table: TableName, to: TableName, call: Call): Promise<void> {
  const body = JSON.stringify({ source: identifierOf(table), destination: identifierOf(to) })
  try {
    await client.demand('POST', 'tables/rename', tableId(table), call, body)
  } catch (error) {
    const mayBeDone = isUnknown(error) || (error instanceof GoldsyncError && error.code === 'NOT_FOUND')
    const isDone = mayBeDone && !(await load(client, table, {})) && (await load(client, to, {}))
    if (!isDone) throw error
  }
}
