/** What MIT's library says, as errors that name the cause and the remedy: the only place that knows its texts. */
import { type ErrorCode, GoldsyncError } from '../base/errors.ts'
import { CredentialsError } from './credentials-error.ts'

/** What was wanted when it failed. */
export interface Attempt {
  /** The client's principal, or what it is taken from. */
  readonly client: string
  /** `hive@host.example.com` */
  readonly service: string
  readonly keytab: string | undefined
}

type Verdict = readonly [
  text: RegExp,
  code: ErrorCode | ((attempt: Attempt) => ErrorCode),
  hint: (attempt: Attempt) => string,
]

const VERDICTS: readonly Verdict[] = [
  [
    /clock skew/i,
    'AUTHENTICATION_FAILED',
    () =>
      "the clock of this machine and the KDC's differ by more than the realm allows (5 minutes as a rule): synchronise both (NTP)",
  ],
  [
    /Client .*not found in Kerberos database|CLIENT_NOT_FOUND|C_PRINCIPAL_UNKNOWN/i,
    'AUTHENTICATION_FAILED',
    ({ client }) =>
      `the KDC knows no ${client}: check auth.principal, its realm, and that it was not removed`,
  ],
  [
    /Server .*not found in Kerberos database|SERVER_NOT_FOUND|S_PRINCIPAL_UNKNOWN/i,
    'AUTHENTICATION_FAILED',
    ({ service }) =>
      `the KDC knows no service ${service.replace('@', '/')}: check auth.service, and write the server's full host name, not an address or an alias, where _HOST stands for it`,
  ],
  [
    /Preauthentication failed|Password incorrect|Decrypt integrity check failed/i,
    'AUTHENTICATION_FAILED',
    ({ client, keytab }) =>
      keytab === undefined
        ? `the key of ${client} was changed: get a new ticket (kinit)`
        : `${keytab} holds a key that ${client} no longer has: the password was changed, or another keytab was made since. Export the keytab anew`,
  ],
  [
    /Keytab contains no suitable keys|Key table entry not found|No key table entry/i,
    'CONFIG_INVALID',
    ({ client, keytab }) =>
      `${keytab ?? 'the keytab'} has no key for ${client}: check auth.principal (klist -k lists what it has)`,
  ],
  [
    /revoked|entry in database has expired|password has expired|locked/i,
    'AUTHENTICATION_FAILED',
    ({ client }) => `the KDC has locked or expired ${client}: ask who runs the realm`,
  ],
  [
    /Cannot find KDC|Cannot determine realm|default realm|Cannot resolve .*KDC/i,
    'CONFIG_INVALID',
    () =>
      'name the realm and its KDC in krb5.conf (KRB5_CONFIG, by default /etc/krb5.conf): [libdefaults] default_realm, [realms], [domain_realm]',
  ],
  [
    /Cannot contact any KDC|unreachable|timed out|Connection refused/i,
    'UNAVAILABLE',
    () => 'check that the KDC runs, that krb5.conf names it, and that no firewall is in between (port 88)',
  ],
  [
    /ticket (has )?expired|credentials (have |has )?expired|lifetime/i,
    // The library says no more of a KDC that it did not reach for the next one.
    ({ keytab }) => (keytab === undefined ? 'AUTHENTICATION_FAILED' : 'UNAVAILABLE'),
    ({ keytab }) =>
      keytab === undefined
        ? 'get a new ticket (kinit), or set auth.keytab, by which tickets are renewed'
        : `no new ticket was to be had by ${keytab}: check that the KDC runs and can be reached (port 88); its log tells of a key that it does not take`,
  ],
  [
    /No credentials|No Kerberos credentials|Credentials cache|can't find client principal|Matching credential not found/i,
    'AUTHENTICATION_FAILED',
    () =>
      'there is no ticket: set auth.keytab, or get one (kinit) in the ticket cache that KRB5CCNAME names, by default /tmp/krb5cc_UID',
  ],
  [
    /encryption type|enctype|etype/i,
    'AUTHENTICATION_FAILED',
    () =>
      'KDC, server and this machine have no cipher in common: keys should be aes256-cts or aes128-cts (permitted_enctypes in krb5.conf)',
  ],
  [
    /krb5\.conf|Improper format of Kerberos configuration|configuration file/i,
    'CONFIG_INVALID',
    () => 'check krb5.conf (KRB5_CONFIG, by default /etc/krb5.conf)',
  ],
  [
    /Key table|keytab/i,
    'CONFIG_INVALID',
    ({ keytab }) => `check that ${keytab ?? 'the keytab'} is a keytab that goldsync may read`,
  ],
]

/** What depends on the server that is asked for: another one may do. */
const OF_SERVER =
  /Server .*not found in Kerberos database|SERVER_NOT_FOUND|S_PRINCIPAL_UNKNOWN|Cannot find KDC|Cannot determine realm/i

/** What ended the way to a ticket: a CredentialsError, but where it depends on the server. */
export function ticketError(thrown: unknown, attempt: Attempt): GoldsyncError {
  const error = kerberosError(thrown, attempt)
  return OF_SERVER.test(error.message) ? error : CredentialsError.from(error)
}

/** @param thrown by the package `kerberos`, or an error of ours, which stays */
export function kerberosError(thrown: unknown, attempt: Attempt): GoldsyncError {
  if (thrown instanceof GoldsyncError) return thrown
  const text = reasonOf(thrown)
  const [, code, hint] = VERDICTS.find(([pattern]) => pattern.test(text)) ?? []
  return new GoldsyncError(
    (typeof code === 'function' ? code(attempt) : code) ?? 'AUTHENTICATION_FAILED',
    `Kerberos: ${attempt.client} to ${attempt.service}: ${text}`,
    {
      hint: hint?.(attempt) ?? 'KRB5_TRACE=/dev/stderr shows what the library does',
      cause: thrown,
    },
  )
}

/** Without the first half, which is the same in each. */
const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown))
    .replace(/^Unspecified GSS failure\.\s+Minor code may provide more information:\s*/, '')
    .replace(/\s+/g, ' ')
    .slice(0, 500)
