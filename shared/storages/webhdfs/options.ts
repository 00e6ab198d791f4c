/** The `storage` block of a lake on HDFS, as users write it. docs/storages/webhdfs.md shows it with examples. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { basicAuth, bearerAuth, kerberosAuth, tokenAuth } from '../../credentials/options.ts'
import { secret } from '../../credentials/secret.ts'
import { DEFAULT_TIMEOUT, requestOptions } from '../request-options.ts'
import { sentInPlainText } from './addresses.ts'

const DEFAULT_CONNECTIONS = 16

const endpoint = z
  .url({ protocol: /^https?$/, error: wrongAddress })
  .refine(
    holdsNoMore,
    'a NameNode address holds no user, query or fragment: use storage.user, storage.token or storage.auth',
  )

const auth = z.discriminatedUnion('kind', [kerberosAuth, tokenAuth, basicAuth, bearerAuth])

export const webhdfsOptions = z
  .strictObject({
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
    token: secret
      .optional()
      .describe(
        'A delegation token, sent instead of the user: text, or {file}, which is read again when it changes',
      ),
    auth: auth
      .optional()
      .describe(
        'Who goldsync is to a secured cluster: kerberos (keytab), token (a file of Hadoop tokens), basic or bearer (gateways as Knox)',
      ),
    ...requestOptions,
    redirectHosts: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Hosts that NameNodes may redirect to: names, or *.domain. Default: DataNodes anywhere but link-local and this machine; of gateways with basic or bearer none but themselves',
      ),
  })
  .superRefine(({ auth, user, token, namenodes }, problems) => {
    const refuse = (path: string, message: string) =>
      problems.addIssue({ code: 'custom', path: [path], message })
    if (auth && user !== undefined)
      refuse('user', 'is of simple authentication, and storage.auth says who asks: leave one of them out')
    if (auth && token !== undefined)
      refuse(
        'token',
        'storage.auth says who asks: leave one of them out (a token file is auth: {kind: token})',
      )
    const plain = sentInPlainText(auth, namenodes ?? [])
    if (plain !== undefined) refuse('namenodes', plain)
  })

export type WebhdfsOptions = z.infer<typeof webhdfsOptions>

/** The options with their defaults where they do not depend on the location. */
export const limitsOf = ({ timeout, connections }: WebhdfsOptions) => ({
  timeout: timeout ?? DEFAULT_TIMEOUT,
  connections: connections ?? DEFAULT_CONNECTIONS,
})
