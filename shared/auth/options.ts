/** The `webhook` block of the config: the secrets that make a request trusted. */
import * as z from 'zod'

const ROTATION = 'several while one is replaced'

/** Standard Webhooks: 24 to 64 random bytes. */
const standardSecret = z
  .string()
  .refine(isKey, 'expected whsec_ and the base64 of 24 to 64 random bytes: openssl rand -base64 32')

const secret = z.string().min(16, 'must have at least 16 characters: openssl rand -hex 32')

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
  })
  .refine(
    ({ standard, github, bearer }) => standard.length + github.length + bearer.length > 0,
    'needs a secret: standard, github or bearer',
  )

function isKey(secret: string): boolean {
  const text = secret.replace(/^whsec_/, '')
  const key = Buffer.from(text, 'base64')
  return key.toString('base64') === text && key.length >= 24 && key.length <= 64
}
