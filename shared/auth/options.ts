/** The `webhook` block of the config: the secrets that make a request trusted, and what its answer waits for. */
import * as z from 'zod'

const ROTATION = 'several while one is replaced'

/** Standard Webhooks: 24 to 64 random bytes. */
const standardSecret = z
  .string()
  .refine(isKey, 'expected whsec_ and the base64 of 24 to 64 random bytes: openssl rand -base64 32')

const secret = z.string().min(16, 'must have at least 16 characters: openssl rand -hex 32')

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
    wait: z
      .enum(['registered', 'engines'])
      .default('registered')
      .describe(
        'What the answer to closed files waits for. registered: until the catalogs have them, engines are asked after it; engines: until these were asked. On OpenWhisk and Lambda it always waits for engines',
      ),
  })
  .refine(
    ({ standard, github, bearer, pathToken }) =>
      [standard, github, bearer, pathToken].some(kind => kind.length > 0),
    'needs a secret: standard, github, bearer or pathToken',
  )

function isKey(secret: string): boolean {
  const text = secret.replace(/^whsec_/, '')
  const key = Buffer.from(text, 'base64')
  return key.toString('base64') === text && key.length >= 24 && key.length <= 64
}
