/** Where the history is kept, as users write it. */
import * as z from 'zod'
import { tlsSettings } from '../base/tls.ts'
import { secret } from '../credentials/secret.ts'

const days = z
  .int()
  .positive()
  .max(3650)
  .default(30)
  .describe('Older entries are deleted, at most once a day')

const off = z.strictObject({ kind: z.literal('off') })

const file = z.strictObject({
  kind: z.literal('file'),
  path: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of the files, one for each day. Default: goldsync/history in $XDG_STATE_HOME, or in ~/.local/state',
    ),
  days,
})

const postgres = z.strictObject({
  kind: z.literal('postgres'),
  url: secret.describe(
    'postgresql://user:password@host:5432/database as text, or {file}, which is read again when it changes',
  ),
  password: secret
    .optional()
    .describe('Password, where the url has none: text, or {file}, which is read again when it changes'),
  schema: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'expected letters, digits and _')
    .default('public')
    .describe('Schema of the table goldsync_history, which is made where it is missing'),
  tls: z
    .union([z.literal('off'), tlsSettings])
    .default({})
    .describe('Verified TLS; off only for a server on a network that nobody else is on'),
  days,
})

export const historyOptions = z.discriminatedUnion('kind', [off, file, postgres])

export type HistoryOptions = z.output<typeof historyOptions>
export type FileOptions = z.output<typeof file>
export type PostgresOptions = z.output<typeof postgres>
