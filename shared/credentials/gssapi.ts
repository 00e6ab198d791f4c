/** Kerberos by MIT's library, through the npm package `kerberos`, which is loaded on first use. */
import type { Client, Package } from 'kerberos'
import { GoldsyncError } from '../base/errors.ts'
import { CredentialsError } from './credentials-error.ts'
import type { Kerberos, SecurityContext, Target } from './kerberos.ts'
import { type Attempt, kerberosError, ticketError } from './kerberos-errors.ts'
import { identityOf } from './keytab-file.ts'
import type { KerberosAuth } from './options.ts'
import { type Tickets, ticketsOf } from './tickets.ts'

/** Milliseconds for a ticket. The library itself goes on for up to a minute where no KDC answers. */
const TICKET_LIMIT = 9_000

/**
 * Nothing is asked of a KDC before the first context.
 * @param load the library
 */
export function openKerberos(options: KerberosAuth, load: () => Promise<Package> = loadPackage): Kerberos {
  return {
    async context(target) {
      const client = await identityOf(options)
      const library = await load()
      const service = hostBased(target)
      const attempt = { client: client ?? 'the ticket cache', service, keytab: options.keytab }
      const tickets = ticketsOf(options.keytab, client)
      const begun = await soonEnough(tickets, () => begin(library, target, client, service), attempt)
      checkRealm(target.service, begun.token, attempt)
      return contextOf(begun, service, tickets)
    },
  }
}

let loading: Promise<Package> | undefined

function loadPackage(): Promise<Package> {
  loading ??= import('kerberos').then(
    (loaded: { default?: unknown }) => (loaded.default ?? loaded) as Package,
    cause => {
      loading = undefined
      throw new CredentialsError('MISSING_PACKAGE', 'auth: {kind: kerberos} needs the package kerberos', {
        hint: `npm install kerberos, on a machine with MIT's library (Debian: libkrb5-dev to build it, libgssapi-krb5-2 to run it); or use auth: {kind: token}, which needs none`,
        cause,
      })
    },
  )
  return loading
}

/** `hive/_HOST@REALM` as the library wants it: `hive@host`. */
function hostBased({ service, host }: Target): string {
  const [name, instance = '_HOST'] = service.replace(/@[^@]*$/, '').split('/')
  return `${name}@${instance === '_HOST' ? host.toLowerCase() : instance}`
}

/** A context, and its first token, for which the library gets the ticket. */
async function begin(
  library: Package,
  { mechanism }: Target,
  principal: string | undefined,
  service: string,
): Promise<Begun> {
  const client = await library.initializeClient(service, {
    ...(principal === undefined ? {} : { principal }),
    mechOID: mechanism === 'spnego' ? library.GSS_MECH_OID_SPNEGO : library.GSS_MECH_OID_KRB5,
    flags: library.GSS_C_MUTUAL_FLAG | library.GSS_C_SEQUENCE_FLAG | library.GSS_C_INTEG_FLAG,
  })
  return { client, token: bytes(await client.step('')) }
}

const bytes = (base64: string | null): Buffer => Buffer.from(base64 ?? '', 'base64')

interface Begun {
  readonly client: Client
  /** The first one to send. */
  readonly token: Buffer
}

function contextOf({ client, token }: Begun, service: string, tickets: Tickets): SecurityContext {
  const failing = <T>(work: Promise<T>): Promise<T> =>
    work.catch(thrown => {
      throw kerberosError(thrown, { client: 'we', service, keytab: undefined })
    })
  let begun = false
  return {
    async step(challenge) {
      if (!begun) {
        begun = true
        return token
      }
      // Each step looks up the tickets again.
      return bytes(await failing(tickets.use(() => client.step(challenge?.toString('base64') ?? ''))))
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

/** Aborted while a KDC is silent, so that all are told at once: each call to it holds a thread for up to a minute. */
const talks = new Map<string, AbortController>()

/** The time runs from the turn on; what is late goes on, and holds its turn. */
function soonEnough<T>(tickets: Tickets, work: () => Promise<T>, attempt: Attempt): Promise<T> {
  const key = `${attempt.client} ${attempt.keytab} ${attempt.service}`
  const talk = talks.get(key) ?? new AbortController()
  talks.set(key, talk)
  const { signal } = talk
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    const begin = async () => {
      const timer = setTimeout(() => {
        const text = `no KDC answered within ${TICKET_LIMIT / 1000} s; timed out`
        talk.abort(ticketError(new Error(text), attempt))
      }, TICKET_LIMIT)
      signal.addEventListener('abort', onAbort)
      try {
        resolve(await work())
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        if (signal.aborted) talks.delete(key)
      }
    }
    tickets.use(begin, signal).catch(thrown => reject(ticketError(thrown, attempt)))
  })
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
