/** Settings of the glue catalog. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { awsOptions, KEYS_ARE_WHOLE, keysAreWhole } from '../../base/aws.ts'

const endpoint = z
  .url({ protocol: /^https?$/, error: wrongAddress })
  .refine(holdsNoMore, 'an endpoint holds no user: use accessKeyId')

export const glueOptions = z
  .strictObject({
    kind: z.literal('glue'),
    ...awsOptions,
    catalogId: z
      .string()
      .min(1)
      .optional()
      .describe("The account whose Data Catalog it is, in quotation marks. Default: the credentials' own"),
    endpoint: endpoint
      .optional()
      .describe(
        "Address of a VPC endpoint or of another Glue. Default: AWS_ENDPOINT_URL_GLUE, else AWS's own",
      ),
    timeout: z.int().positive().default(15_000).describe('Time limit of one HTTP request, ms'),
    attempts: z
      .int()
      .min(1)
      .max(20)
      .default(8)
      .describe('How often a request is sent that is throttled or gets no answer'),
  })
  .refine(keysAreWhole, KEYS_ARE_WHOLE)

export type GlueOptions = z.infer<typeof glueOptions>
