/** The `storage` block of a lake on HDFS, as users write it. docs/storages/webhdfs.md shows it with examples. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { DEFAULT_TIMEOUT, requestOptions } from '../request-options.ts'

const DEFAULT_CONNECTIONS = 16

const endpoint = z
  .url({ protocol: /^https?$/, error: wrongAddress })
  .refine(
    holdsNoMore,
    'a NameNode address holds no user, query or fragment: use storage.user or storage.token',
  )

export const webhdfsOptions = z.strictObject({
  namenodes: z
    .array(endpoint)
    .min(1)
    .optional()
    .describe(
      "HTTP addresses of the NameNodes (or of HttpFS, or a Knox topology). Default: the location's host, port 9870 (https: 9871)",
    ),
  user: z
    .string()
    .min(1)
    .optional()
    .describe("The user (user.name) where HDFS has simple authentication. Default: the server's, dr.who"),
  token: z.string().min(1).optional().describe('A delegation token; sent instead of the user'),
  ...requestOptions,
  redirectHosts: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'DataNode hosts that NameNodes may redirect to: names, or *.domain. Default: any but link-local',
    ),
})

export type WebhdfsOptions = z.infer<typeof webhdfsOptions>

/** The options with their defaults where they do not depend on the location. */
export const limitsOf = ({ timeout, connections }: WebhdfsOptions) => ({
  timeout: timeout ?? DEFAULT_TIMEOUT,
  connections: connections ?? DEFAULT_CONNECTIONS,
})
