/** Settings of a connection to HiveServer2. */
import * as z from 'zod'
import { tlsSettings } from '../base/tls.ts'

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
    .enum(['plain', 'nosasl'])
    .default('plain')
    .describe(
      "plain: user and password, for the server's NONE, LDAP, PAM and CUSTOM; nosasl: for its NOSASL (binary only)",
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

export type HiveConnection = z.infer<z.ZodObject<typeof hiveConnection>> & {
  /** Of one statement, ms. */
  readonly timeout: number
}
