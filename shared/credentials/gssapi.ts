/** Kerberos by MIT's library, through the npm package `kerberos`, which is loaded on first use. */
import { readFile } from 'node:fs/promises'
import { GoldsyncError } from '../base/errors.ts'
import { setVariable, variable } from './environment.ts'
import type { Kerberos, SecurityContext, Target } from './kerberos.ts'
import { type Attempt, kerberosError } from './kerberos-errors.ts'
import { principalsOf } from './keytab.ts'
import type { KerberosAuth } from './options.ts'

/** What is used of the package; its own types name an option that it does not read. */
interface Package {
  initializeClient(
    service: string,
    options: { principal?: string; mechOID: number; flags: number },
  ): Promise<Client>
  readonly GSS_MECH_OID_KRB5: number
  readonly GSS_MECH_OID_SPNEGO: number
  readonly GSS_C_MUTUAL_FLAG: number
  readonly GSS_C_SEQUENCE_FLAG: number
  readonly GSS_C_INTEG_FLAG: number
}

/** Tokens in base64; null for none. */
interface Client {
  readonly contextComplete: boolean
  step(challenge: string): Promise<string | null>
  wrap(data: string, options: { protect: boolean }): Promise<string>
  unwrap(data: string): Promise<string | null>
}

/** Milliseconds for a ticket. The library itself goes on for up to a minute where no KDC answers. */
const TICKET_LIMIT = 9_000

/** Nothing is asked of a KDC before the first context. */
export function openKerberos(options: KerberosAuth): Kerberos {
  return {
    async context(target) {
      const library = await load()
      const client = await identityOf(options)
      const service = hostBased(target)
      const attempt = { client: client ?? 'the ticket cache', service, keytab: options.keytab }
      const opening = withTickets(options.keytab, client, () => begin(library, target, client, service))
      const { context, ticket } = await soonEnough(opening, attempt)
      checkRealm(target.service, ticket, attempt)
      return context
    },
  }
}

let loading: Promise<Package> | undefined

function load(): Promise<Package> {
  loading ??= import('kerberos').then(
    (loaded: { default?: unknown }) => (loaded.default ?? loaded) as Package,
    cause => {
      loading = undefined
      throw new GoldsyncError('MISSING_PACKAGE', 'auth: {kind: kerberos} needs the package kerberos', {
        hint: `npm install kerberos, on a machine with MIT's library (Debian: libkrb5-dev to build it, libgssapi-krb5-2 to run it); or use auth: {kind: token}, which needs none`,
        cause,
      })
    },
  )
  return loading
}

/** The principal that is asked for; undefined for the ticket cache's own. @throws GoldsyncError `CONFIG_INVALID` */
export async function identityOf({ keytab, principal }: KerberosAuth): Promise<string | undefined> {
  if (keytab === undefined) return principal
  const known = principalsOf(await bytesOf(keytab))
  if (known === undefined) throw keytabError(keytab, 'it is no keytab')
  if (principal === undefined) {
    if (known[0] === undefined) throw keytabError(keytab, 'it holds no key')
    return known[0]
  }
  if (known.some(each => each === principal || each.startsWith(`${principal}@`))) return principal
  throw keytabError(keytab, `it has no key of ${principal}, but of ${known.join(', ') || 'nobody'}`)
}

const bytesOf = (keytab: string): Promise<Buffer> =>
  readFile(keytab).catch((cause: NodeJS.ErrnoException) => {
    throw keytabError(keytab, `cannot be read (${cause.code})`)
  })

const keytabError = (keytab: string, what: string): GoldsyncError =>
  new GoldsyncError('CONFIG_INVALID', `auth.keytab: ${keytab}: ${what}`, {
    hint: 'name the keytab of auth.principal, a file that goldsync may read',
  })

/** `hive/_HOST@REALM` as the library wants it: `hive@host`. */
function hostBased({ service, host }: Target): string {
  const [name, instance = '_HOST'] = service.replace(/@[^@]*$/, '').split('/')
  return `${name}@${instance === '_HOST' ? host.toLowerCase() : instance}`
}

/** The environment is the process's: one context after another reads its own tickets from it. */
let last: Promise<unknown> = Promise.resolve()

/** Does the work with the tickets of this principal: each has a cache of its own in memory, which the library fills and renews by the keytab. */
function withTickets<T>(
  keytab: string | undefined,
  client: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const done = last.then(() => {
    setVariable('KRB5_CLIENT_KTNAME', keytab === undefined ? GIVEN.KRB5_CLIENT_KTNAME : `FILE:${keytab}`)
    setVariable('KRB5CCNAME', keytab === undefined ? GIVEN.KRB5CCNAME : cacheOf(`${client} ${keytab}`))
    return work()
  })
  last = done.catch(() => undefined)
  return done
}

/** As whoever started this process set them. */
const GIVEN = {
  KRB5_CLIENT_KTNAME: variable('KRB5_CLIENT_KTNAME'),
  KRB5CCNAME: variable('KRB5CCNAME'),
}

const caches = new Map<string, string>()

function cacheOf(key: string): string {
  const cache = caches.get(key) ?? `MEMORY:goldsync-${caches.size + 1}`
  caches.set(key, cache)
  return cache
}

/** A context, and its first token, for which the library gets the ticket. */
async function begin(
  library: Package,
  { mechanism }: Target,
  principal: string | undefined,
  service: string,
) {
  const client = await library.initializeClient(service, {
    ...(principal === undefined ? {} : { principal }),
    mechOID: mechanism === 'spnego' ? library.GSS_MECH_OID_SPNEGO : library.GSS_MECH_OID_KRB5,
    flags: library.GSS_C_MUTUAL_FLAG | library.GSS_C_SEQUENCE_FLAG | library.GSS_C_INTEG_FLAG,
  })
  const ticket = bytes(await client.step(''))
  return { context: contextOf(client, ticket, service), ticket }
}

const bytes = (base64: string | null): Buffer => Buffer.from(base64 ?? '', 'base64')

function contextOf(client: Client, first: Buffer, service: string): SecurityContext {
  const failing = <T>(work: Promise<T>): Promise<T> =>
    work.catch(thrown => {
      throw kerberosError(thrown, { client: 'we', service, keytab: undefined })
    })
  let begun = false
  return {
    async step(challenge) {
      if (!begun) {
        begun = true
        return first
      }
      return bytes(await failing(client.step(challenge?.toString('base64') ?? '')))
    },
    get established() {
      return begun && client.contextComplete
    },
    // Version 7 of the package wraps four bytes, of which it makes the first 1, whatever it is given.
    wrapsMessages: false,
    async wrap(data) {
      if (data.length !== 4 || data[0] !== 1)
        throw new GoldsyncError('UNSUPPORTED', 'the npm package kerberos cannot wrap messages')
      return bytes(await failing(client.wrap(data.toString('base64'), { protect: false })))
    },
    unwrap: async data => bytes(await failing(client.unwrap(data.toString('base64')))),
  }
}

async function soonEnough<T>(work: Promise<T>, attempt: Attempt): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no KDC answered within ${TICKET_LIMIT / 1000} s; timed out`)),
      TICKET_LIMIT,
    )
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw kerberosError(error, attempt)
  } finally {
    clearTimeout(timer)
  }
}

/** What a ticket in a token begins with (RFC 4120): version 5, then, in two tags, the realm of the service. */
const TICKET = Buffer.from('a003020105a1', 'hex')

/** The library finds the realm by itself, and tells it nowhere: what it found must be what is set. */
function checkRealm(service: string, token: Buffer, attempt: Attempt): void {
  const [, wanted] = /@([^@]+)$/.exec(service) ?? []
  const realm = realmOf(token)
  if (wanted === undefined || realm === undefined || realm === wanted) return
  throw new GoldsyncError(
    'CONFIG_INVALID',
    `Kerberos: ${attempt.service}: the KDC has a ticket of the realm ${realm} for it, and auth.service says ${wanted}`,
    {
      hint: 'correct the realm in auth.service, or in [domain_realm] of krb5.conf, which tells the realm of a host',
    },
  )
}

/** Undefined where the token holds no ticket in sight. */
function realmOf(token: Buffer): string | undefined {
  const GENERAL_STRING = 0x1b
  for (let at = token.indexOf(TICKET); at >= 0; at = token.indexOf(TICKET, at + 1)) {
    const start = at + TICKET.length + 3
    if (token[start - 2] === GENERAL_STRING)
      return token.toString('utf8', start, start + (token[start - 1] ?? 0))
  }
  return undefined
}
