/** From an error of the SDK to one of ours. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { GoldsyncError } from '../../errors.ts'
import { connectionError } from '../connection-error.ts'
import { notFound } from '../failures.ts'
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

function byName({ name, message }: SdkError, asked: Asked): GoldsyncError | undefined {
  const { location, server, bucket } = asked
  const fail = failure(name, message)
  switch (name) {
    case 'NoSuchBucket':
      return fail('NOT_FOUND', `${location}: ${server} has no bucket ${bucket}`, {
        hint: "check the lake's location, storage.endpoint and whose access key it is",
      })
    case 'NoSuchKey':
      return notFound(location, causeOf(name, message))
    case 'PreconditionFailed':
      return fail('CONFLICT', `${location} was replaced since it was listed`, {
        hint: 'the next run reads the new file',
      })
    case 'InvalidRange':
      return fail('CONFLICT', `${location} is shorter than it was when it was listed`, {
        hint: 'the file was replaced: the next run reads it again',
      })
    case 'InvalidObjectState':
      return fail('UNSUPPORTED', `${location} is archived, so that nobody can read it`, {
        hint: 'restore it from the archive (Glacier), or move it out of the lake',
      })
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return fail(
        'CONFIG_INVALID',
        `${location}: ${server} says that bucket ${bucket} is in another region`,
        {
          hint: "set storage.region to the bucket's region",
        },
      )
    default:
      return UNKNOWN_KEYS.has(name) ? unauthenticated({ name, message }, asked) : undefined
  }
}

const UNKNOWN_KEYS: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
  'TokenProviderError',
])

function unauthenticated({ name, message }: Error, { location, server }: Asked): GoldsyncError {
  const reason =
    name === 'CredentialsProviderError'
      ? 'there are no credentials'
      : `${server} does not accept the credentials`
  return failure(name, message)('AUTHENTICATION_FAILED', `${location}: ${reason} (${name})`, {
    hint:
      HINTS[name] ?? 'renew the access key that storage.accessKeyId, the environment or the profile gives',
  })
}

const HINTS: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'set storage.accessKeyId and storage.secretAccessKey, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role',
  RequestTimeTooSkewed: "set this machine's clock: S3 allows 15 minutes",
}

function byStatus({ name, message }: SdkError, status: number, asked: Asked): GoldsyncError {
  const { location, server } = asked
  const fail = failure(name, message)
  const said = `${location}: ${server} answered ${status}${/^[A-Z]\w+$/.test(name) ? ` (${name})` : ''}`
  if (status === 401) return unauthenticated({ name, message }, asked)
  if (status === 403)
    return fail('PERMISSION_DENIED', `${location}: ${server} does not let these credentials read it`, {
      hint: 'goldsync needs s3:ListBucket on the bucket and s3:GetObject on its objects (docs/storages/s3.md)',
    })
  if (status >= 500 || status === 429 || name === 'RequestTimeout') return fail('UNAVAILABLE', said)
  return notS3(said, causeOf(name, message))
}

/** Some other server. Never "no such file": a wrong address is no empty lake. */
export const notS3 = (said: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${said}, not as S3 does`, {
    hint: "storage.endpoint must be the address of the S3 service (MinIO's is port 9000, not its console)",
    cause,
  })

function withoutAnswer(error: SdkError, asked: Asked): GoldsyncError {
  if (error.name === 'TimeoutError') return timedOut(asked, error)
  if (error.message === 'Region is missing')
    return new GoldsyncError('CONFIG_INVALID', `${asked.location}: the region of its bucket is not known`, {
      hint: 'set storage.region or AWS_REGION',
    })
  return connectionError(asked.server, error)
}

export const timedOut = ({ location, server, timeout }: Asked, cause?: unknown): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${location}: ${server} did not answer within ${timeout} ms`, {
    hint: 'is the server overloaded or a firewall in between? storage.timeout sets the limit',
    cause,
  })

type Fail = (
  code: ConstructorParameters<typeof GoldsyncError>[0],
  message: string,
  details?: { readonly hint: string },
) => GoldsyncError

const failure =
  (name: string, said: string): Fail =>
  (code, message, details = { hint: '' }) =>
    new GoldsyncError(code, message, { ...details, cause: causeOf(name, said) })

// The SDK's own error holds the request with its headers.
const causeOf = (name: string, message: string): Error => new Error(`${name}: ${message}`)
