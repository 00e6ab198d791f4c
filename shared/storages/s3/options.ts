/** The `storage` block of a lake on S3, as users write it. docs/storages/s3.md shows it with examples. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../../base/addresses.ts'
import { awsOptions, KEYS_ARE_WHOLE, keysAreWhole } from '../../base/aws.ts'
import { requestOptions } from '../request-options.ts'

const endpoint = z
  .url({ protocol: /^https?$/, error: wrongAddress })
  .refine(holdsNoMore, 'an endpoint holds no user, query or fragment: use storage.accessKeyId')

export const s3Options = z
  .strictObject({
    endpoint: endpoint.optional().describe("Address of MinIO, Ceph or another S3. Default: AWS's own"),
    pathStyle: z
      .boolean()
      .optional()
      .describe('Whether the bucket is in the path, not in the host name. Default: true with an endpoint'),
    ...awsOptions,
    ...requestOptions,
  })
  .refine(keysAreWhole, KEYS_ARE_WHOLE)

export type S3Options = z.infer<typeof s3Options>
