/** Settings of the metastore catalog. */
import * as z from 'zod'
import { tlsSettings } from '../../base/tls.ts'

/** Where a metastore listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`, for messages. */
export const serverOf = ({ host, port }: Address): string => `${host}:${port}`

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
export const addressesOf = ({ uris }: MetastoreOptions): readonly Address[] =>
  uris.flatMap(text => addressOf(text) ?? [])

export const metastoreOptions = z.strictObject({
  kind: z.literal('metastore'),
  uris: z
    .union([z.string().transform(text => text.split(',')), z.array(z.string())])
    .pipe(z.array(uri).min(1))
    .describe(
      'Metastores of one warehouse, thrift://host:9083: a list, or text with commas; the one that answers is kept',
    ),
  user: z.string().min(1).default('hive').describe('User name that the metastore is told (set_ugi)'),
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
  batchSize: z
    .int()
    .min(1)
    .max(5000)
    .default(500)
    .describe('Partitions that one request adds or alters at most'),
})

export type MetastoreOptions = z.infer<typeof metastoreOptions>
