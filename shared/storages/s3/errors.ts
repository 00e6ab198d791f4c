/** From an error of the SDK to one of ours. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { type ErrorCode, GoldsyncError } from '../../base/errors.ts'
import { connectionError } from '../connection-error.ts'
import { notFound, WRITING } from '../failures.ts'
import type { Settings } from './settings.ts'

/** Who was asked for what. */
export interface Asked extends Pick<Settings, 'server' | 'timeout'> {
  readonly location: string
  readonly bucket: string
}

interface SdkError extends NodeJS.ErrnoException {
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Never quotes what the server says: messages on signatures repeat what was signed. */
export function s3Error(thrown: unknown, asked: Asked): GoldsyncError {
  const error = thrown as SdkError
  const status = error.$metadata?.httpStatusCode
  return (
    byName(error, asked) ??
    (status === undefined ? withoutAnswer(error, asked) : byStatus(error, status, asked))
  )
}

function byName(error: SdkError, asked: Asked): GoldsyncError | undefined {
  const { location, server, bucket } = asked
  switch (error.name) {
    case 'NoSuchBucket':
      return because(error, 'NOT_FOUND', `${location}: ${server} has no bucket ${bucket}`, {
        hint: "check the lake's location, storage.endpoint and whose access key it is",
      })
    case 'NoSuchKey':
      return notFound(location, causeOf(error))
    case 'PreconditionFailed':
    // Another request for the same name is under way.
    case 'ConditionalRequestConflict':
      return replaced(location, causeOf(error))
    case 'InvalidRange':
      return because(error, 'CONFLICT', `${location} is shorter than it was when it was listed`, {
        hint: 'the file was replaced: the next run reads it again',
      })
    case 'InvalidObjectState':
      return because(error, 'UNSUPPORTED', `${location} is archived, so that nobody can read it`, {
        hint: 'restore it from the archive (Glacier), or move it out of the lake',
      })
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return because(
        error,
        'CONFIG_INVALID',
        `${location}: ${server} has bucket ${bucket} in another region`,
        {
          hint: "set storage.region to the bucket's region",
        },
      )
    default:
      return UNKNOWN_KEYS.has(error.name) ? unauthenticated(error, asked) : undefined
  }
}

const UNKNOWN_KEYS: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  // versitygw, with 404
  'XAdminUserNotFound',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
  'TokenProviderError',
])

function unauthenticated(error: SdkError, { location, server }: Asked): GoldsyncError {
  const reason =
    error.name === 'CredentialsProviderError'
      ? 'there are no credentials'
      : `${server} does not accept the credentials`
  return because(error, 'AUTHENTICATION_FAILED', `${location}: ${reason} (${error.name})`, {
    hint:
      HINTS[error.name] ??
      'renew the access key that storage.accessKeyId, the environment or the profile gives',
  })
}

const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'set storage.accessKeyId and storage.secretAccessKey, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role',
  RequestTimeTooSkewed: "set this machine's clock: S3 allows 15 minutes",
}

function byStatus(error: SdkError, status: number, asked: Asked): GoldsyncError {
  const { location, server } = asked
  if (status === 401) return unauthenticated(error, asked)
  if (status === 403)
    return because(
      error,
      'PERMISSION_DENIED',
      `${location}: ${server} does not let these credentials read it`,
      {
        hint: 'goldsync needs s3:ListBucket on the bucket and s3:GetObject on its objects (docs/storages/s3.md)',
      },
    )
  // The SDK gives errors that it cannot read names of its own.
  const said = `${location}: ${server} answered ${status}${/^[A-Z]\w+$/.test(error.name) ? ` (${error.name})` : ''}`
  const notNow = status >= 500 || status === 429 || error.name === 'RequestTimeout'
  return notNow ? because(error, 'UNAVAILABLE', said) : notS3(said, causeOf(error))
}

/** Another object has the name by now. */
export const replaced = (location: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('CONFLICT', `${location} was replaced since it was listed`, {
    hint: 'the next run reads the new file',
    cause,
  })

/** Some other server. Never "no such file": a wrong address is no empty lake. */
export const notS3 = (said: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${said}, not as S3 does`, {
    hint: "storage.endpoint must be the address of the S3 service (MinIO's is port 9000, not its console)",
    cause,
  })

const REACH =
  'check storage.endpoint and storage.region, and that the server runs and this machine reaches it'

function withoutAnswer(error: SdkError, asked: Asked): GoldsyncError {
  // The SDK gives a cut connection the same name.
  const isLate = ['', 'ETIMEDOUT'].includes((error as NodeJS.ErrnoException).code ?? '')
  if (error.name === 'TimeoutError' && isLate) return timedOut(asked, error)
  if (error.message === 'Region is missing')
    return new GoldsyncError('CONFIG_INVALID', `${asked.location}: the region of its bucket is not known`, {
      hint: 'set storage.region or AWS_REGION',
    })
  const failed = connectionError({ origin: asked.server, key: 'storage.endpoint' }, error)
  const { code, message, hint = REACH, retryable } = failed
  return new GoldsyncError(code, `${asked.location}: ${message}`, { hint, retryable, cause: causeOf(error) })
}

export const timedOut = ({ location, server, timeout }: Asked, cause?: unknown): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${location}: ${server} did not answer within ${timeout} ms`, {
    hint: 'is the server overloaded or a firewall in between? storage.timeout sets the limit',
    cause,
  })

const because = (
  error: Error,
  code: ErrorCode,
  message: string,
  details: { readonly hint?: string } = {},
): GoldsyncError => new GoldsyncError(code, message, { ...details, cause: causeOf(error) })

// The SDK's own error holds the request with its headers.
const causeOf = ({ name, message }: Error): Error => new Error(`${name}: ${message}`)

/** A refusal of what is written, which the rights to read do not help. */
export const mayNotWrite = (error: unknown, location: string, server: string): unknown =>
  error instanceof GoldsyncError && error.code === 'PERMISSION_DENIED'
    ? new GoldsyncError(
        'PERMISSION_DENIED',
        `${location}: ${server} does not let these credentials write it`,
        {
          hint: `${WRITING}: s3:PutObject and s3:DeleteObject on its objects`,
          cause: error.cause,
        },
      )
    : error
