/** Settings of the trino engine. */
import * as z from 'zod'
import { tlsSettings } from '../../base/tls.ts'

export const trinoOptions = z
  .strictObject({
    kind: z.literal('trino'),
    url: z.url({ protocol: /^https?$/ }).describe('Address of the coordinator'),
    catalog: z.string().min(1).default('hive').describe("Trino's catalog over the metastore"),
    catalogs: z
      .array(z.string())
      .optional()
      .describe('Catalogs of this config whose tables Trino reads there; by default all'),
    user: z.string().min(1).default('goldsync').describe('User name'),
    password: z.string().min(1).optional().describe('Password (needs https)'),
    token: z.string().min(1).optional().describe('JWT, instead of a password (needs https)'),
    tls: tlsSettings.default({}).describe('For https. The certificate is always verified'),
    caching: z
      .boolean()
      .default(false)
      .describe('Whether the catalog caches the metastore (hive.metastore-cache-ttl) and is to be flushed'),
    timeout: z.int().positive().default(60_000).describe('Time limit of one query, ms'),
  })
  .refine(({ url, password, token }) => url.startsWith('https:') || !(password || token), {
    path: ['url'],
    error: 'must be https where a password or token is sent',
  })

export type TrinoOptions = z.infer<typeof trinoOptions>
