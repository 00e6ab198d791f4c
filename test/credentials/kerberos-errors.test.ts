import { describe, expect, it } from 'vitest'
import { CredentialsError } from '../../shared/credentials/credentials-error.ts'
import { openKerberos } from '../../shared/credentials/gssapi.ts'
import { kerberosError, ticketError } from '../../shared/credentials/kerberos-errors.ts'

const attempt = { client: 'goldsync@R.TEST', service: 'hive@hms.test', keytab: '/etc/goldsync.keytab' }
const PREFIX = 'Unspecified GSS failure.  Minor code may provide more information: '

describe("an error of MIT's library", () => {
  it.each([
    ['Clock skew too great', 'AUTHENTICATION_FAILED', /NTP/],
    ["Client 'goldsync@R.TEST' not found in Kerberos database", 'AUTHENTICATION_FAILED', /auth\.principal/],
    [
      'Server hive/hms.test@R.TEST not found in Kerberos database',
      'AUTHENTICATION_FAILED',
      /hive\/hms\.test: check auth\.service/,
    ],
    ['Preauthentication failed', 'AUTHENTICATION_FAILED', /Export the keytab anew/],
    ['Keytab contains no suitable keys for goldsync@R.TEST', 'CONFIG_INVALID', /klist -k/],
    ["Cannot contact any KDC for realm 'R.TEST'", 'UNAVAILABLE', /port 88/],
    ["Cannot find KDC for realm 'R.TEST'", 'CONFIG_INVALID', /krb5\.conf/],
    ['Configuration file does not specify default realm', 'CONFIG_INVALID', /krb5\.conf/],
    ['Ticket expired', 'UNAVAILABLE', /no new ticket .* check that the KDC runs/],
    ['The referenced credentials have expired', 'UNAVAILABLE', /check that the KDC runs/],
    [
      'No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)',
      'AUTHENTICATION_FAILED',
      /kinit/,
    ],
    ["Client's credentials have been revoked", 'AUTHENTICATION_FAILED', /locked or expired/],
    ['KDC has no support for encryption type', 'AUTHENTICATION_FAILED', /aes256-cts/],
    ['Something new', 'AUTHENTICATION_FAILED', /KRB5_TRACE/],
  ])('%s is %s and says what to do', (text, code, hint) => {
    const error = kerberosError(new Error(PREFIX + text), attempt)
    expect(error).toMatchObject({
      code,
      hint: expect.stringMatching(hint),
      retryable: code === 'UNAVAILABLE',
    })
    expect(error.message).toBe(`Kerberos: goldsync@R.TEST to hive@hms.test: ${text}`)
  })

  it.each([
    ["Cannot contact any KDC for realm 'R.TEST'", true],
    ['Preauthentication failed', true],
    ['Server hive/hms.test@R.TEST not found in Kerberos database', false],
  ])('%s would be the same for each server: %s', (text, isSame) => {
    expect(ticketError(new Error(PREFIX + text), attempt) instanceof CredentialsError).toBe(isSame)
  })

  it('without a keytab says kinit', () => {
    const cache = { ...attempt, keytab: undefined }
    expect(kerberosError(new Error('Ticket expired'), cache)).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      retryable: false,
      hint: expect.stringContaining('kinit'),
    })
    expect(kerberosError(new Error('Preauthentication failed'), cache).hint).toContain('kinit')
  })
})

describe('a keytab', () => {
  it.each([
    ['/absent/goldsync.keytab', /cannot be read \(ENOENT\)/],
    [import.meta.filename, /it is no keytab/],
  ])('%s is refused before a KDC is asked', async (keytab, message) => {
    const work = openKerberos({ kind: 'kerberos', keytab }).context({
      service: 'hive/_HOST@R.TEST',
      host: 'hms.test',
      mechanism: 'kerberos',
    })
    await expect(work).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    })
  })
})
