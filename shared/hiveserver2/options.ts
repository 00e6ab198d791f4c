/** Settings of a connection to HiveServer2. */
import * as z from 'zod'
import { isThisMachine } from '../base/addresses.ts'
import { tlsSettings } from '../base/tls.ts'
import { basicAuth, bearerAuth, kerberosAuth, tokenAuth } from '../credentials/options.ts'

const authKinds = z.discriminatedUnion('kind', [kerberosAuth, tokenAuth, basicAuth, bearerAuth])

/** What the catalog and the engine that speak to it share. */
export const hiveConnection = {
  host: z.string().min(1).describe('Host of HiveServer2'),
  port: z.int().min(1).max(65535).default(10000).describe('Port of the binary or the HTTP endpoint'),
  transport: z
    .enum(['binary', 'http'])
    .default('binary')
    .describe('hive.server2.transport.mode of the server'),
  path: z
    .string()
    .regex(/^\//, 'must start with /')
    .default('/cliservice')
    .describe('Path of the HTTP endpoint (transport: http)'),
  auth: z
    .union([z.enum(['plain', 'nosasl']), authKinds])
    .default('plain')
    .describe(
      "plain: user and password, for the server's NONE, LDAP, PAM and CUSTOM; nosasl: for its NOSASL (binary only); or an object: kerberos; token, a delegation token (binary only); basic, a password that can be a file, for LDAP; bearer, a JWT (transport http, with tls)",
    ),
  user: z.string().min(1).default('hive').describe('User name'),
  password: z
    .string()
    .min(1)
    .optional()
    .describe('Password; better given by an environment variable than written down'),
  tls: z
    .union([z.boolean(), tlsSettings])
    .default(false)
    .describe('TLS: true, or an object; the certificate is always verified'),
  connectTimeout: z
    .int()
    .positive()
    .default(15_000)
    .describe('Time limit for connecting (of which the connection may take 5 s) and opening a session, ms'),
}

/** Whether that auth can go over that connection: for `superRefine`. */
export function checkAuth(
  { auth, host, transport, password, tls }: z.infer<z.ZodObject<typeof hiveConnection>>,
  { addIssue }: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  if (typeof auth === 'string') return
  const refuse = (key: string, message: string) => addIssue({ code: 'custom', path: [key], message })
  if (password) refuse('password', 'auth stands instead of it: leave it out')
  if (auth.kind === 'bearer' && transport !== 'http')
    refuse('transport', 'must be http: HiveServer2 takes bearer tokens there alone')
  const reason = tls === false ? needsTls(auth.kind, transport, host) : undefined
  if (reason !== undefined) refuse('tls', `must be on${reason}`)
  if (auth.kind === 'token' && transport !== 'binary')
    refuse('transport', 'must be binary: HiveServer2 takes delegation tokens there alone')
}

/** How the message goes on, where TLS must be on. */
function needsTls(kind: HiveAuth['kind'], transport: string, host: string): string | undefined {
  if (kind === 'bearer') return ' where a bearer token is sent'
  if (isThisMachine(host)) return undefined
  if (kind === 'basic') return ': the password would go over the network in clear'
  // Its servlet throws away the token by which SPNEGO would prove the server.
  return kind === 'kerberos' && transport === 'http'
    ? ': over HTTP nothing else tells whether it is HiveServer2 that answers (transport: binary needs none)'
    : undefined
}

/** Those of `auth` that are objects, on the binary transport. */
export type HiveAuth = z.infer<typeof authKinds>

export type HiveConnection = z.infer<z.ZodObject<typeof hiveConnection>> & {
  /** Of one statement, ms. */
  readonly timeout: number
}
