/** Calls to an Iceberg REST catalog, by the paths that its configuration tells. Numbers of 64 bits lose nothing on their way. */
import { parse } from 'lossless-json'
import * as z from 'zod'
import { GoldsyncError } from '../../../base/errors.ts'
import type { TableName } from '../../../schema/table.ts'
import type { Call } from '../../catalog.ts'
import { type Answer, notRest, restError } from './rest-errors.ts'
import { openRestHttp } from './rest-http.ts'
import type { RestOptions } from './rest-options.ts'

const text = z.record(z.string(), z.string().nullish())
const config = z.object({ defaults: text.optional(), overrides: text.optional() })

export interface RestClient {
  readonly origin: string
  /** Below the catalog's prefix. @throws GoldsyncError as `send` of rest-http.ts */
  ask(method: 'GET' | 'POST', path: string, call: Call, body?: string): Promise<Answer>
  /** The same, of which anything but success is an error. @param about what is asked for, for messages @returns the JSON, numbers as they were written */
  demand(method: 'GET' | 'POST', path: string, about: string, call: Call, body?: string): Promise<unknown>
  close(): void
}

export function openRestClient(options: RestOptions): RestClient {
  const { origin } = new URL(options.uri)
  const http = openRestHttp(options)
  let prefix: Promise<string> | undefined

  async function readPrefix(call: Call): Promise<string> {
    const query =
      options.warehouse === undefined ? '' : `?${new URLSearchParams({ warehouse: options.warehouse })}`
    const answer = await http.send({ method: 'GET', path: `/v1/config${query}` }, call)
    const { data } = config.safeParse(jsonOf(answer, origin, 'configuration'))
    if (!data) throw notRest(`configuration: ${origin} answers without one`)
    const { prefix: name, uri } = { ...data.defaults, ...data.overrides }
    if (uri && new URL(uri, options.uri).origin !== origin)
      throw new GoldsyncError(
        'UNSUPPORTED',
        `${origin} says that its catalog is at ${new URL(uri, options.uri).origin}`,
        {
          hint: 'set tables.uri to that address, if it is one of yours: credentials go nowhere else',
        },
      )
    return name ? `${encodeURI(name)}/` : ''
  }

  async function ask(method: 'GET' | 'POST', path: string, call: Call, body?: string): Promise<Answer> {
    prefix ??= readPrefix(call).catch(error => {
      prefix = undefined
      throw error
    })
    const request = { method, path: `/v1/${await prefix}${path}` }
    return http.send(body === undefined ? request : { ...request, body }, call)
  }

  return {
    origin,
    ask,
    demand: async (method, path, about, call, body) =>
      jsonOf(await ask(method, path, call, body), origin, about),
    close: http.close,
  }
}

/** @throws GoldsyncError where it is no success, or no JSON */
export function jsonOf(answer: Answer, origin: string, about: string): unknown {
  if (answer.status < 200 || answer.status > 299) throw restError(answer, origin, about)
  if (answer.body.length === 0) return undefined
  try {
    return parse(answer.body.toString('utf8'))
  } catch (error) {
    throw notRest(`${about}: ${origin} answers`, error)
  }
}

export const namespacePath = (database: string): string => `namespaces/${encodeURIComponent(database)}`
export const tablesPath = (database: string): string => `${namespacePath(database)}/tables`
export const tablePath = ({ database, name }: TableName): string =>
  `${tablesPath(database)}/${encodeURIComponent(name)}`
