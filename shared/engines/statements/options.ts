/** Settings that the engines of the statement protocol share. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { tlsSettings } from '../../base/tls.ts'
import { basicAuth, bearerAuth, kerberosAuth, oauth2Auth } from '../../credentials/options.ts'
import { engineSettings } from '../settings.ts'

/** @param engine how people call it */
export const statementSettings = (engine: 'Trino' | 'Presto') => ({
  url: z
    .url({ protocol: /^https?$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment: use user and password')
    .describe('Address of the coordinator'),
  catalog: z.string().min(1).default('hive').describe(`${engine}'s catalog over the metastore`),
  ...engineSettings(engine),
  user: z
    .string()
    .min(1)
    .optional()
    .describe(
      `User name. Default: goldsync; with auth, ${engine === 'Trino' ? 'whom Trino takes the credentials for' : 'its user, else goldsync'}`,
    ),
  password: z.string().min(1).optional().describe('Password (needs https)'),
  token: z.string().min(1).optional().describe('JWT, instead of a password (needs https)'),
  auth: z
    .discriminatedUnion('kind', [basicAuth, bearerAuth, oauth2Auth, kerberosAuth])
    .optional()
    .describe(
      'Who goldsync is, instead of password and token: password or JWT of a file that is read again, tokens of OAuth2 client credentials, Kerberos by SPNEGO (needs https)',
    ),
  tls: tlsSettings
    .default({})
    .describe('For https; cert and key authenticate too. The certificate of the server is always verified'),
  timeout: z.int().positive().default(60_000).describe('Time limit of one query, ms'),
})

interface Secrets {
  readonly url: string
  readonly password?: string | undefined
  readonly token?: string | undefined
  readonly auth?: object | undefined
}

/** Whether no secret goes over plain HTTP: for `refine`. */
export const keepsSecrets = ({ url, password, token, auth }: Secrets): boolean =>
  url.startsWith('https:') || !(password || token || auth)

/** What is said where one would. */
export const UNSAFE = { path: ['url'], error: 'must be https where a password, a token or auth is sent' }

/** Whether it is said once who goldsync is: for `refine`. */
export const saysOnce = ({ password, token, auth }: Secrets): boolean => !auth || !(password || token)

/** What is said where it is said twice. */
export const TWICE = { path: ['auth'], error: 'stands instead of password and token: leave those out' }

/** What a client needs of them. */
export type StatementOptions = Omit<
  z.infer<z.ZodObject<ReturnType<typeof statementSettings>>>,
  'catalogs' | 'verify'
>
