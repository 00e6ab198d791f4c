/** Settings that the engines of the statement protocol share. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { tlsSettings } from '../../base/tls.ts'
import { engineSettings } from '../settings.ts'

/** @param engine how people call it */
export const statementSettings = (engine: 'Trino' | 'Presto') => ({
  url: z
    .url({ protocol: /^https?$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment: use user and password')
    .describe('Address of the coordinator'),
  catalog: z.string().min(1).default('hive').describe(`${engine}'s catalog over the metastore`),
  ...engineSettings(engine),
  user: z.string().min(1).default('goldsync').describe('User name'),
  password: z.string().min(1).optional().describe('Password (needs https)'),
  token: z.string().min(1).optional().describe('JWT, instead of a password (needs https)'),
  tls: tlsSettings.default({}).describe('For https. The certificate is always verified'),
  timeout: z.int().positive().default(60_000).describe('Time limit of one query, ms'),
})

interface Secrets {
  readonly url: string
  readonly password?: string | undefined
  readonly token?: string | undefined
}

/** Whether no secret goes over plain HTTP: for `refine`. */
export const keepsSecrets = ({ url, password, token }: Secrets): boolean =>
  url.startsWith('https:') || !(password || token)

/** What is said where one would. */
export const UNSAFE = { path: ['url'], error: 'must be https where a password or token is sent' }

/** What a client needs of them. */
export type StatementOptions = Omit<
  z.infer<z.ZodObject<ReturnType<typeof statementSettings>>>,
  'catalogs' | 'verify'
>
