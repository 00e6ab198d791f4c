/** How a Hive metastore is reached: settings of every catalog that speaks to one. */
import * as z from 'zod'
import { isThisMachine } from '../../base/addresses.ts'
import { tlsSettings } from '../../base/tls.ts'
import { basicAuth, bearerAuth, kerberosAuth, tokenAuth } from '../../credentials/options.ts'

/** Where a metastore listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`, for messages; `[::1]:port`. */
export const serverOf = ({ host, port }: Address): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

const URI = /^thrift:\/\/(\[[0-9a-f:]+\]|[^\s:/@,[\]]+)(?::(\d{1,5}))?\/?$/i

const uri = z
  .string()
  .trim()
  .refine(text => addressOf(text) !== undefined, 'expected thrift://host:9083')

function addressOf(text: string): Address | undefined {
  const [, host, port = '9083'] = URI.exec(text) ?? []
  const number = Number(port)
  if (host === undefined || number < 1 || number > 65_535) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: number }
}

/** Addresses of validated URIs. */
export const addressesOf = ({ uris }: Pick<HmsOptions, 'uris'>): readonly Address[] =>
  uris.flatMap(text => addressOf(text) ?? [])

/** To be checked by `checkHms` too. */
export const hmsSettings = z.strictObject({
  uris: z
    .union([z.string().transform(text => text.split(',')), z.array(z.string())])
    .pipe(z.array(uri).min(1))
    .describe(
      'Metastores of one warehouse, thrift://host:9083: a list, or text with commas; the one that answers is kept',
    ),
  transport: z
    .enum(['binary', 'http'])
    .default('binary')
    .describe('hive.metastore.server.thrift.transport.mode of the server; http is of Hive 4'),
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'must start with /, without ? and #')
    .default('/metastore')
    .describe('Path of the endpoint (transport: http)'),
  auth: z
    .discriminatedUnion('kind', [kerberosAuth, tokenAuth, basicAuth, bearerAuth])
    .optional()
    .describe(
      'Who goldsync is to the metastore: kerberos, token (a delegation token), basic (LDAP and the like), or with transport: http bearer or basic. Absent: the server believes user',
    ),
  user: z
    .string()
    .min(1)
    .optional()
    .describe(
      'User name that the metastore is told (set_ugi) where there is no auth, and that becomes the owner of new tables. Default: of auth its user or principal, else hive',
    ),
  catalog: z
    .string()
    .regex(/^\w+$/, 'expected letters, digits and _')
    .optional()
    .describe("Hive's own catalog name (Hive 3 and later); the server's default where absent"),
  tls: z
    .union([z.boolean(), tlsSettings])
    .default(false)
    .describe("TLS; the server's certificate is always verified"),
  connectTimeout: z
    .int()
    .positive()
    .default(10_000)
    .describe('Time limit for the connection (of which 5 s count at most) and for each word of greeting, ms'),
  timeout: z
    .int()
    .positive()
    .default(60_000)
    .describe('Time limit of one call, ms; a widening gets 20 ms more for each partition of its table'),
})

/** What the settings must not say together. */
export function checkHms(given: HmsOptions, context: z.RefinementCtx): void {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['auth'], message })
  const { auth, transport, tls } = given
  if (auth === undefined) return
  if (transport === 'binary' && auth.kind === 'bearer') refuse('bearer tokens need transport: http')
  if (transport === 'http' && (auth.kind === 'kerberos' || auth.kind === 'token'))
    refuse(`transport: http takes bearer or basic, not ${auth.kind}`)
  const isSecret = auth.kind === 'basic' || auth.kind === 'bearer'
  if (isSecret && tls === false && !addressesOf(given).every(({ host }) => isThisMachine(host)))
    refuse(`${auth.kind} would go over the network in clear: set tls`)
}

export type HmsOptions = z.infer<typeof hmsSettings>

/** The short name of who we are, as far as the settings tell it: the owner of what is made. */
export function userOf({ user, auth }: HmsOptions): string {
  if (user !== undefined) return user
  if (auth?.kind === 'basic') return auth.user
  const [name = 'hive'] = auth?.kind === 'kerberos' ? (auth.principal ?? 'hive').split(/[/@]/) : []
  return name
}
