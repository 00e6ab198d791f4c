/** What the drivers of AWS services share: as whom they ask, and how long they wait. Needs none of the SDK. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import * as z from 'zod'
import { connectLimit, withConnectLimit } from './connecting.ts'
import type { TlsTexts } from './tls.ts'

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

export interface AwsLimits {
  /** Milliseconds for one HTTP request, until its answer begins and between two pieces of it. */
  readonly timeout: number
  /** Attempts at a call, the first included. */
  readonly attempts: number
  /** Connections that are kept open at most. */
  readonly connections: number
}

/**
 * Settings of any client of the AWS SDK. The SDK itself waits for ever, and only warns when a request takes too long.
 * @param endpoint undefined for AWS's own
 */
export function awsClientSettings(
  { region, accessKeyId, secretAccessKey, sessionToken }: AwsAccess,
  endpoint: string | undefined,
  { timeout, attempts, connections }: AwsLimits,
  tls: TlsTexts = {},
) {
  // Servers that are not AWS's have no regions, but signatures name one.
  const at = region ?? (endpoint === undefined ? undefined : 'us-east-1')
  const connect = connectLimit(1, timeout)
  const agent = { keepAlive: true, maxSockets: connections }
  return {
    ...(at === undefined ? {} : { region: at }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }),
    retryMode: 'standard',
    maxAttempts: attempts,
    requestHandler: {
      // After its own limit the SDK would try again.
      connectionTimeout: 2 * connect,
      requestTimeout: timeout,
      throwOnRequestTimeout: true,
      socketTimeout: timeout,
      httpAgent: withConnectLimit(new HttpAgent(agent), connect, false),
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not reach it.
      httpsAgent: withConnectLimit(
        new HttpsAgent({ ...agent, ...tls, rejectUnauthorized: true }),
        connect,
        true,
      ),
      logger: SILENT,
    },
  } as const
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** What the SDK answers or throws. */
interface Attempted {
  readonly $metadata?: { readonly attempts?: number | undefined }
}

/** The SDK's answer; the call is told how often it had to ask again. */
export function countingRetries<T extends Attempted>(
  answer: Promise<T>,
  { onRetry }: { readonly onRetry?: (times: number) => void },
): Promise<T> {
  const tell = ({ $metadata: { attempts = 1 } = {} }: Attempted) => {
    if (attempts > 1) onRetry?.(attempts - 1)
  }
  answer.then(tell, tell)
  return answer
}
