import { expect, it } from 'vitest'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { secure, secureAddresses } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'

// MIT's library reads it from the process.
process.env.KRB5_CONFIG = secure.krb5Config

const kerberos = { kind: 'kerberos', keytab: secure.keytab('goldsync') }
const ldap = (password = secure.ldap.password) => ({ kind: 'basic', user: secure.ldap.user, password })
const byKerberos = secureAddresses['secure:hiveserver2-kerberos']
const byLdap = secureAddresses['secure:hiveserver2-ldap']
const http = ({ host, port }: typeof byKerberos) => ({ host, port: port + 1, transport: 'http' })

/** What a statement ends with. */
async function ask(more: object) {
  const client = hiveClient(hiveServer2Options.parse({ kind: 'hiveserver2', ...more }))
  try {
    // Twice: the second over HTTP has the cookie, if there is one.
    await client.execute('SELECT 1')
    return (await client.execute('SELECT 1')).map(row => Object.values(row))
  } catch (error) {
    return error
  } finally {
    await client.close()
  }
}

describeStack(['secure:hiveserver2-kerberos'], 'HiveServer2 by Kerberos', () => {
  it.each([
    ['GSSAPI', { ...byKerberos, auth: kerberos }],
    ['SPNEGO', { ...http(byKerberos), auth: kerberos }],
  ])('answers by %s', async (_, options) => {
    expect(await ask(options)).toEqual([[1]])
  })

  it.each<[string, object, object]>([
    [
      'user and password',
      { ...byKerberos, user: 'goldsync', password: 'x' },
      { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('hive.server2.authentication') },
    ],
    [
      'user and password over HTTP',
      { ...http(byKerberos), user: 'goldsync', password: 'x' },
      { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('hive.server2.authentication') },
    ],
    [
      'the principal of another service',
      { ...byKerberos, auth: { ...kerberos, service: 'trino/_HOST' } },
      { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('auth.service') },
    ],
    [
      'HTTP on the binary port',
      { ...byKerberos, transport: 'http', auth: kerberos },
      { code: 'UNAVAILABLE' },
    ],
    [
      'SASL on the HTTP port',
      { ...http(byKerberos), transport: 'binary', auth: kerberos },
      { message: expect.stringContaining('HTTP') },
    ],
  ])('refuses %s, with cause and remedy', async (_, options, expected) => {
    expect(await ask(options)).toMatchObject(expected)
  })
})

describeStack(['secure:hiveserver2-ldap'], 'HiveServer2 by LDAP', () => {
  it.each([
    ['binary', { ...byLdap, auth: ldap() }],
    ['HTTP', { ...http(byLdap), auth: ldap() }],
    ['user and password of the config', { ...byLdap, ...secure.ldap }],
  ])('answers by %s', async (_, options) => {
    expect(await ask(options)).toEqual([[1]])
  })

  it.each<[string, object]>([
    ['a wrong password', { ...byLdap, auth: ldap('nope') }],
    ['a wrong password over HTTP', { ...http(byLdap), auth: ldap('nope') }],
    ['Kerberos', { ...byLdap, auth: kerberos }],
  ])('refuses %s', async (_, options) => {
    expect(await ask(options)).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
  })
})

describeStack(['secure:hiveserver2-kerberos-privacy'], 'HiveServer2 that insists on encryption', () => {
  it('is told with the setting, before anything is sent', async () => {
    const options = { ...secureAddresses['secure:hiveserver2-kerberos-privacy'], auth: kerberos }
    expect(await ask(options)).toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('hive.server2.thrift.sasl.qop=auth'),
    })
  })
})
