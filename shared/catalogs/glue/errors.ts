/** The exceptions of Glue and the errors of the AWS SDK as GoldsyncErrors: the only place that knows their names. */
import { CONNECT_TIMEOUT } from '../../base/connecting.ts'
import { type ErrorCode, type ErrorDetails, GoldsyncError } from '../../base/errors.ts'
import { wrongScheme } from '../../base/speaks.ts'

type Verdict = readonly [code: ErrorCode, details?: ErrorDetails]

/** What Glue says of a request or of one of its items: an exception's name and its text. */
export interface Fault {
  readonly name: string
  readonly message: string
}

const CHANGED: Verdict = ['CONFLICT', { hint: 'someone else changed it at the same moment; run again' }]
const THROTTLED: Verdict = [
  'UNAVAILABLE',
  { hint: 'Glue gets more requests of this account than it takes: run again, or ask AWS for a higher rate' },
]
const BROKEN: Verdict = ['UNAVAILABLE', { hint: 'Glue could not do it now; run again' }]
const UNKNOWN_KEYS: Verdict = [
  'AUTHENTICATION_FAILED',
  { hint: 'renew the access key that accessKeyId, the environment, the profile or the role gives' },
]

const FORBIDDEN: Verdict = [
  'PERMISSION_DENIED',
  { hint: 'docs/catalogs/glue.md has the policy that is needed, and what Lake Formation wants' },
]

const BY_NAME: Readonly<Record<string, Verdict>> = {
  EntityNotFoundException: ['NOT_FOUND'],
  AlreadyExistsException: ['CONFLICT'],
  ConcurrentModificationException: CHANGED,
  VersionMismatchException: CHANGED,
  InvalidInputException: ['REQUEST_INVALID'],
  ValidationException: ['REQUEST_INVALID'],
  AccessDeniedException: FORBIDDEN,
  GlueEncryptionException: [
    'PERMISSION_DENIED',
    { hint: 'the catalog is encrypted: these credentials must be allowed to use its KMS key' },
  ],
  ResourceNumberLimitExceededException: [
    'UNAVAILABLE',
    {
      hint: 'a quota of the account is used up: delete what is not needed, or ask AWS for more',
      retryable: false,
    },
  ],
  ResourceNotReadyException: BROKEN,
  InternalServiceException: BROKEN,
  InternalFailure: BROKEN,
  ServiceUnavailable: BROKEN,
  ServiceUnavailableException: BROKEN,
  FederationSourceRetryableException: BROKEN,
  OperationTimeoutException: ['TIMEOUT', { hint: 'Glue could not do it in time; run again' }],
  ThrottlingException: THROTTLED,
  ThrottledException: THROTTLED,
  Throttling: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  TooManyRequestsException: THROTTLED,
  UnrecognizedClientException: UNKNOWN_KEYS,
  InvalidClientTokenId: UNKNOWN_KEYS,
  InvalidSignatureException: UNKNOWN_KEYS,
  SignatureDoesNotMatch: UNKNOWN_KEYS,
  IncompleteSignatureException: UNKNOWN_KEYS,
  IncompleteSignature: UNKNOWN_KEYS,
  MissingAuthenticationTokenException: UNKNOWN_KEYS,
  MissingAuthenticationToken: UNKNOWN_KEYS,
  ExpiredTokenException: UNKNOWN_KEYS,
  ExpiredToken: UNKNOWN_KEYS,
  TokenProviderError: UNKNOWN_KEYS,
  CredentialsProviderError: [
    'AUTHENTICATION_FAILED',
    {
      hint: 'set accessKeyId and secretAccessKey, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role',
    },
  ],
}

/** Refused for the moment only, and not retried by the SDK: because another writer was at it, or as an item of a batch. */
const MOMENTARY: ReadonlySet<string> = new Set(
  Object.entries(BY_NAME)
    .filter(([, verdict]) => [CHANGED, THROTTLED, BROKEN].includes(verdict))
    .map(([name]) => name)
    .concat('OperationTimeoutException'),
)

export const isMomentary = ({ name }: Fault): boolean => MOMENTARY.has(name)

/** Whether another writer came between our read and our write. */
export const metAnotherWriter = ({ name }: Fault): boolean => BY_NAME[name] === CHANGED

/** Whether something in the request is not as it must be. */
export const isInvalid = ({ name }: Fault): boolean => BY_NAME[name]?.[0] === 'REQUEST_INVALID'

/** @param about what failed: `GetTable`, or the item of a batch */
export function faultError(fault: Fault, about: string): GoldsyncError {
  const [code, details] = BY_NAME[fault.name] ?? ['INTERNAL']
  return new GoldsyncError(code, `${about}: ${sentence(fault, code)}`, {
    ...details,
    cause: causeOf(fault),
  })
}

// The SDK's own error holds the request with its headers.
const causeOf = ({ name, message }: Fault): Error => Object.assign(new Error(message), { name })

// Messages on signatures repeat what was signed.
const sentence = ({ name, message }: Fault, code: ErrorCode): string =>
  code === 'AUTHENTICATION_FAILED' || message.trim() === '' ? name : `${oneLine(message)} (${name})`

const oneLine = (message: string): string => message.replace(/\s+/g, ' ').trim().slice(0, 1000)

/** The exception that is behind an error of ours. */
export function faultOf(error: unknown): Fault | undefined {
  const cause = error instanceof GoldsyncError ? error.cause : undefined
  return cause instanceof Error ? cause : undefined
}

export const isFault = (error: unknown, name: string): boolean => faultOf(error)?.name === name

interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Whatever a request ended with. @param about `Glue eu-central-1: GetTable` */
export function glueError(thrown: unknown, about: string): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const error = thrown as SdkError
  if (error.name in BY_NAME) return faultError(error, about)
  const status = error.$metadata?.httpStatusCode
  return status === undefined || status === 0 ? withoutAnswer(error, about) : byStatus(error, status, about)
}

function byStatus(error: SdkError, status: number, about: string): GoldsyncError {
  const cause = causeOf(error)
  const said = `${about}: answered ${status} (${error.name})`
  if (status === 401) return new GoldsyncError('AUTHENTICATION_FAILED', said, { ...UNKNOWN_KEYS[1], cause })
  if (status === 403) return new GoldsyncError('PERMISSION_DENIED', said, { ...FORBIDDEN[1], cause })
  if (status >= 500 || status === 429) return new GoldsyncError('UNAVAILABLE', said, { ...BROKEN[1], cause })
  if (error.name.endsWith('Exception')) return faultError(error, about)
  return new GoldsyncError('DATA_INVALID', said, {
    hint: 'another service may listen there: endpoint is the address of Glue',
    cause,
  })
}

const REACH =
  'check region and endpoint, and that this machine reaches it (a VPC may need an endpoint for Glue)'

const TLS_TEXT = /certificate|self.signed|unable to verify|ERR_TLS|EPROTO|SSL routines|altnames/i

function withoutAnswer(error: SdkError, about: string): GoldsyncError {
  const { name, message, code = '' } = error
  const cause = causeOf(error)
  // The SDK gives a cut connection the same name.
  if (name === 'TimeoutError' && (code === '' || code === 'ETIMEDOUT'))
    return new GoldsyncError('TIMEOUT', `${about}: no answer in time, however often it was sent`, { cause })
  if (message === 'Region is missing')
    return new GoldsyncError('CONFIG_INVALID', `${about}: the region is not known`, {
      hint: 'set region or AWS_REGION',
      cause,
    })
  const wrong = wrongScheme(error, 'endpoint')
  if (wrong)
    return new GoldsyncError('UNAVAILABLE', `${about}: the server ${wrong[0]}`, {
      hint: wrong[1],
      retryable: false,
      cause,
    })
  if (code === CONNECT_TIMEOUT)
    return new GoldsyncError('TIMEOUT', `${about}: cannot be reached (${message})`, { hint: REACH, cause })
  if (TLS_TEXT.test(`${code} ${message}`))
    return new GoldsyncError('UNAVAILABLE', `${about}: ${oneLine(message)}`, {
      hint: 'the server must show a certificate for this host that Node trusts (NODE_EXTRA_CA_CERTS adds authorities)',
      retryable: false,
      cause,
    })
  if (code !== '')
    return new GoldsyncError('UNAVAILABLE', `${about}: ${oneLine(message) || code}`, {
      hint: REACH,
      cause,
    })
  return new GoldsyncError('INTERNAL', `${about}: ${oneLine(message)}`, { cause })
}

export const aborted = (about: string): GoldsyncError => new GoldsyncError('ABORTED', `${about}: aborted`)

/** @param about `Glue eu-central-1: GetTable` */
export const timedOut = (about: string, ms: number): GoldsyncError =>
  new GoldsyncError('TIMEOUT', `${about}: no answer within ${ms} ms, all attempts together`, {
    hint: 'is it overloaded, or another server? timeout and attempts set the limit',
  })
