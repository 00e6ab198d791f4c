/** The `webhook` block of the config: the secrets that make a request trusted, and what its answer waits for. */
import * as z from 'zod'
import { tlsSettings } from '../base/tls.ts'
import { secret as ownToken } from '../credentials/secret.ts'

const ROTATION = 'several while one is replaced'

/** Standard Webhooks: 24 to 64 random bytes. */
const standardSecret = z
  .string()
  .refine(isKey, 'expected whsec_ and the base64 of 24 to 64 random bytes: openssl rand -base64 32')

const secret = z.string().min(16, 'must have at least 16 characters: openssl rand -hex 32')

/** Whether keys come from a server: keys and who asks for them are told over TLS alone. */
export const isAddress = (text: string): boolean => text.startsWith('https://')

const trustedIssuer = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .describe("The tokens' `iss`, character for character: `https://kubernetes.default.svc.cluster.local`"),
    audience: z
      .string()
      .min(1)
      .describe('For whom the tokens are (`aud`): the `audience` of the sink in Knative'),
    subjects: z
      .array(z.string().regex(/^[^*]*\*?$/, 'expected a subject; * stands at its end only'))
      .min(1, 'name who may call: system:serviceaccount:NAMESPACE:NAME')
      .describe(
        'Whose tokens are taken (`sub`): `system:serviceaccount:NAMESPACE:NAME`; a trailing * stands for any text',
      ),
    jwks: z
      .string()
      .regex(/^(https:\/\/|(?!\w+:\/\/).)/, 'expected the path of a file, or an address by https')
      .optional()
      .describe(
        "The issuer's public keys: an address by https, or a file, which is read again when it changes. Default: the issuer's discovery (`/.well-known/openid-configuration`)",
      ),
    token: ownToken
      .optional()
      .describe('A bearer token for the address of `jwks`, where the keys are not public: text, or {file}'),
    tls: tlsSettings.default({}).describe("For the issuer's address"),
  })
  .refine(({ issuer, jwks }) => jwks !== undefined || (isAddress(issuer) && URL.canParse(issuer)), {
    path: ['issuer'],
    error: 'is no address by https, so it has no discovery: set jwks',
  })
  .refine(({ jwks, token }) => token === undefined || (jwks !== undefined && isAddress(jwks)), {
    path: ['token'],
    error: 'goes with an address in jwks',
  })

export type TrustedIssuer = z.infer<typeof trustedIssuer>

/** OpenID providers whose tokens are taken. */
export const trustedIssuers = z
  .array(trustedIssuer)
  .refine(
    issuers => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length,
    'two entries have one issuer',
  )
  .default([])

/** Nobody limits how often strangers may guess, and proxies write addresses as they like where a character is special. */
const addressToken = z
  .string()
  .regex(/^[\w-]{32,}$/, 'must have at least 32 letters, digits, - or _: openssl rand -hex 32')

export const webhookOptions = z
  .strictObject({
    standard: z
      .array(standardSecret)
      .default([])
      .describe(`Standard Webhooks: secrets that sign id, time and body; ${ROTATION}`),
    github: z
      .array(secret)
      .default([])
      .describe(
        `X-Hub-Signature-256: secrets that sign the body; no guard against old requests; ${ROTATION}`,
      ),
    bearer: z.array(secret).default([]).describe(`Authorization: Bearer tokens; ${ROTATION}`),
    pathToken: z
      .array(addressToken)
      .default([])
      .describe(
        `Tokens in the address, /webhook/TOKEN, for senders that can neither sign nor set a header: weaker, since addresses get into logs; ${ROTATION}`,
      ),
    oidc: trustedIssuers.describe(
      "Authorization: Bearer and a token of an OpenID provider, such as a cluster's (docs/webhook.md); goldsync's server only",
    ),
    wait: z
      .enum(['registered', 'engines'])
      .default('registered')
      .describe(
        'What the answer to closed files waits for. registered: until the catalogs have them, engines are asked after it; engines: until these were asked. On OpenWhisk and Lambda it always waits for engines',
      ),
  })
  .refine(
    ({ standard, github, bearer, pathToken, oidc }) =>
      [standard, github, bearer, pathToken, oidc].some(kind => kind.length > 0),
    'needs a secret: standard, github, bearer or pathToken; or oidc',
  )

function isKey(secret: string): boolean {
  const text = secret.replace(/^whsec_/, '')
  const key = Buffer.from(text, 'base64')
  return key.toString('base64') === text && key.length >= 24 && key.length <= 64
}
