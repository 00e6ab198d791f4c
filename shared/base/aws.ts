/** Settings that the drivers of AWS services share: as whom they ask. */
import * as z from 'zod'

/** Keys of a driver's options; `keysAreWhole` is the refinement that goes with them. */
export const awsOptions = {
  region: z
    .string()
    .min(1)
    .optional()
    .describe("The AWS region. Default: us-east-1 with an endpoint, else AWS_REGION or the profile's"),
  accessKeyId: z
    .string()
    .min(1)
    .optional()
    .describe("An access key. Default: the AWS SDK's chain (environment, profile, SSO, role)"),
  secretAccessKey: z.string().min(1).optional().describe('The secret of the access key'),
  sessionToken: z.string().min(1).optional().describe('The session token of a temporary access key'),
}

const awsAccess = z.object(awsOptions)

export type AwsAccess = z.infer<typeof awsAccess>

export const keysAreWhole = ({ accessKeyId, secretAccessKey, sessionToken }: AwsAccess): boolean =>
  accessKeyId === undefined
    ? secretAccessKey === undefined && sessionToken === undefined
    : secretAccessKey !== undefined

export const KEYS_ARE_WHOLE = 'accessKeyId and secretAccessKey go together'
