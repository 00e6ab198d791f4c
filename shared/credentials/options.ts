/** How a config says who goldsync is to a backend. Each driver takes some of these kinds. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../base/addresses.ts'
import { tlsSettings } from '../base/tls.ts'
import { secret } from './secret.ts'

const file = z.string().min(1)

export const kerberosAuth = z.strictObject({
  kind: z.literal('kerberos'),
  principal: z
    .string()
    .regex(/^[^@\s]+(@[^@\s]+)?$/, 'expected name@REALM')
    .optional()
    .describe(
      "goldsync's own principal, name@REALM. Default: the first of the keytab, or the ticket cache's",
    ),
  keytab: file
    .optional()
    .describe(
      'Keytab of the principal: tickets are fetched and renewed by it. Default: the ticket cache of the environment (KRB5CCNAME)',
    ),
  service: z
    .string()
    .regex(
      /^[^/@\s]+\/[^/@\s]+(@[^@\s]+)?$/,
      'expected service/host@REALM; _HOST stands for the host that is spoken to',
    )
    .optional()
    .describe("Principal of the server, service/_HOST@REALM: _HOST is each server's own host name"),
})

export const tokenAuth = z.strictObject({
  kind: z.literal('token'),
  file: file
    .optional()
    .describe('A file of Hadoop delegation tokens. Default: HADOOP_TOKEN_FILE_LOCATION of the environment'),
  service: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Which token of the file, by its service or alias. Default: the one of the kind that the server takes',
    ),
})

export const basicAuth = z.strictObject({
  kind: z.literal('basic'),
  user: z.string().min(1).describe('User name, as LDAP or the gateway knows it'),
  password: secret.describe('Password: text, or {file}, which is read again when it changes'),
})

export const bearerAuth = z.strictObject({
  kind: z.literal('bearer'),
  token: secret.describe('JWT or another bearer token: text, or {file}, which is read again when it changes'),
})

export const oauth2Auth = z.strictObject({
  kind: z.literal('oauth2'),
  tokenUrl: z
    .url({ protocol: /^https$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment')
    .describe('Token endpoint of the identity provider; https only'),
  clientId: z.string().min(1),
  clientSecret: secret.describe('Text, or {file}, which is read again when it changes'),
  scope: z.string().min(1).optional().describe('Scopes, with spaces in between'),
  audience: z.string().min(1).optional().describe('For providers that want one'),
  tls: tlsSettings.default({}).describe('For the token endpoint'),
})

export type KerberosAuth = z.infer<typeof kerberosAuth>
export type TokenAuth = z.infer<typeof tokenAuth>
export type BasicAuth = z.infer<typeof basicAuth>
export type BearerAuth = z.infer<typeof bearerAuth>
export type OAuth2Auth = z.infer<typeof oauth2Auth>
