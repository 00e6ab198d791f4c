/** How an Iceberg REST catalog is reached. */
import * as z from 'zod'
import { holdsNoMore, isThisMachine, wrongAddress } from '../../../base/addresses.ts'
import { tlsSettings } from '../../../base/tls.ts'
import { basicAuth, bearerAuth, oauth2Auth } from '../../../credentials/options.ts'

/** To be checked by `checkRest` too. */
export const restSettings = z.strictObject({
  uri: z
    .url({ protocol: /^https?$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment')
    .describe(
      "Address of the catalog, to which clients add /v1: https://polaris:8181/api/catalog; what Iceberg's clients call uri",
    ),
  warehouse: z
    .string()
    .min(1)
    .optional()
    .describe('Which of its warehouses (catalogs) is meant; the server says what it means'),
  auth: z
    .discriminatedUnion('kind', [oauth2Auth, bearerAuth, basicAuth])
    .optional()
    .describe('Who goldsync is to the catalog: oauth2 (client credentials), bearer (a token) or basic'),
  tls: tlsSettings.default({}).describe("For https; the server's certificate is always verified"),
  timeout: z.int().positive().default(60_000).describe('Time limit of one request, ms'),
})

/** What the settings must not say together. */
export function checkRest({ uri, auth }: RestOptions, context: z.RefinementCtx): void {
  const fault = inClear({ uri, auth })
  if (fault !== undefined) context.addIssue({ code: 'custom', path: ['uri'], message: fault })
}

/** Why a secret would go over the network for all to read. */
export const inClear = ({ uri, auth }: Pick<RestOptions, 'uri' | 'auth'>): string | undefined =>
  auth && new URL(uri).protocol !== 'https:' && !isThisMachine(new URL(uri).hostname)
    ? 'must be https where auth is sent'
    : undefined

export type RestOptions = z.infer<typeof restSettings>
