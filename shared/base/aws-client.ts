/** How clients of AWS services connect, and how long they wait. Needs none of the SDK; loaded with the driver that needs it. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AwsAccess } from './aws.ts'
import { connectLimit, withConnectLimit, withRetryLimit } from './connecting.ts'
import type { TlsTexts } from './tls.ts'

export interface AwsLimits {
  /** Milliseconds for one HTTP request, until its answer begins and between two pieces of it. */
  readonly timeout: number
  /** Attempts at a call, the first included. */
  readonly attempts: number
  /** Connections that are kept open at most. */
  readonly connections: number
}

/** Milliseconds for which a connection that is refused is tried again: the pause after it may be as long once more. */
const RETRIED = 3_000

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
  const limited = <A extends HttpAgent>(agent: A, tls: boolean): A =>
    withRetryLimit(withConnectLimit(agent, connect, tls), RETRIED)
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
      httpAgent: limited(new HttpAgent(agent), false),
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not reach it.
      httpsAgent: limited(new HttpsAgent({ ...agent, ...tls, rejectUnauthorized: true }), true),
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
