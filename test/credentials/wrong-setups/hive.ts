import { openCatalog } from '../../../shared/catalogs/open.ts'
import { encodeTokenFile } from '../../../shared/credentials/hadoop-token.ts'
import { jwt, nowSeconds } from '../../support/jwt.ts'
import { secure, secureAddresses } from '../../support/secure-stack.ts'
import { stack } from '../../support/stack.ts'
import { fileOf, hiveserver2, keytab, metastore, secretly, type WrongSetup } from './case.ts'

const HIVE = `hive/_HOST@${secure.realm}`
const byKeytab = keytab('goldsync', { service: HIVE })
const basic = (password: string) => ({ kind: 'basic', user: 'goldsync', password: secretly(password) })
const tls = { ca: secure.ca }
const http = (token: string) => ({
  auth: { kind: 'bearer', token: secretly(token) },
  transport: 'http',
  tls,
})

/** A token of the metastore, with another password. */
async function forged() {
  const { host, port } = secureAddresses['secure:metastore']
  const catalog = await openCatalog('hive', {
    kind: 'metastore',
    uris: `thrift://${host}:${port}`,
    auth: byKeytab,
  })
  const token = await catalog.delegationToken?.()
  await catalog.close()
  const password = Buffer.from(secretly('no-such-password-23'))
  return { auth: { kind: 'token', file: await fileOf(encodeTokenFile([{ ...token!, password }])) } }
}

const METASTORES: readonly WrongSetup[] = [
  {
    what: 'metastore: nobody, where Kerberos is asked for',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', {}),
    code: 'UNAVAILABLE',
    cause: /auth/,
    remedy: /auth/,
  },
  {
    what: 'metastore: Kerberos where it is plain',
    needs: ['secure:kdc', 'metastore'],
    ask: metastore('secure:metastore', {
      uris: `thrift://${stack.metastore.host}:${stack.metastore.port}`,
      auth: { ...byKeytab, service: `hive/${secure.host}` },
    }),
    code: 'UNAVAILABLE',
    cause: /./,
    remedy: /leave auth out/,
  },
  {
    what: 'metastore: a password where Kerberos is asked for',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', { auth: basic('secret-9-hms') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /another kind of auth/,
  },
  {
    what: 'metastore: the principal of another service',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', { auth: keytab('goldsync', { service: 'HTTP/_HOST' }) }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /auth\.service/,
  },
  {
    what: 'metastore: TLS where there is none',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', { auth: byKeytab, tls: true }),
    code: 'UNAVAILABLE',
    cause: /TLS/,
    remedy: /tls: false/,
  },
  {
    what: 'metastore: HTTP to a server of binary Thrift',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', {
      auth: { kind: 'bearer', token: secretly('jwt-of-nobody-1') },
      transport: 'http',
    }),
    code: 'UNAVAILABLE',
    cause: /HTTP/,
    remedy: /transport/,
  },
  {
    what: 'metastore: a token whose password is another',
    needs: ['secure:metastore'],
    ask: metastore('secure:metastore', forged),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /token/,
  },
  ...(
    [
      ['secure:metastore-integrity', 'auth-int'],
      ['secure:metastore-privacy', 'auth-conf'],
    ] as const
  ).map(([component, qop]) => ({
    what: `metastore: Kerberos where ${qop} is insisted on`,
    needs: [component],
    ask: metastore(component, { auth: byKeytab }),
    code: 'UNSUPPORTED',
    cause: new RegExp(qop),
    remedy: /hadoop\.rpc\.protection/,
  })),
  {
    what: 'metastore: a wrong password',
    needs: ['secure:metastore-password'],
    ask: metastore('secure:metastore-password', { auth: basic('wrong-pw-1'), tls }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /password/,
  },
  {
    what: 'metastore: the wrong authority',
    needs: ['secure:metastore-password'],
    ask: metastore('secure:metastore-password', {
      auth: basic(secure.metastorePassword),
      tls: { ca: secure.otherCa },
    }),
    code: 'UNAVAILABLE',
    cause: /certificate/,
    remedy: /tls\.ca/,
  },
  {
    what: 'metastore by HTTP: a JWT that has ended',
    needs: ['secure:metastore-http'],
    ask: metastore('secure:metastore-http', async () =>
      http(jwt(secure.jwtKey, { exp: nowSeconds() - 600 })),
    ),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /expired/,
  },
  {
    what: 'metastore by HTTP: a JWT that somebody else signed',
    needs: ['secure:metastore-http'],
    ask: metastore('secure:metastore-http', async () => http(jwt(secure.serverKey))),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /token/,
  },
]

const KERBEROS = 'secure:hiveserver2-kerberos'
const LDAP = 'secure:hiveserver2-ldap'

const HIVESERVER2S: readonly WrongSetup[] = [
  {
    what: 'HiveServer2: a password where Kerberos is asked for',
    needs: [KERBEROS],
    ask: hiveserver2(KERBEROS, { user: 'goldsync', password: secretly('secret-9-hs2') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /hive\.server2\.authentication/,
  },
  {
    what: 'HiveServer2 by HTTP: a password where Kerberos is asked for',
    needs: [KERBEROS],
    ask: hiveserver2(KERBEROS, { user: 'goldsync', password: secretly('secret-9-hs2') }, true),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /hive\.server2\.authentication/,
  },
  {
    what: 'HiveServer2: the principal of another service',
    needs: [KERBEROS],
    ask: hiveserver2(KERBEROS, { auth: keytab('goldsync', { service: 'trino/_HOST' }) }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /auth\.service/,
  },
  {
    what: 'HiveServer2: HTTP to the binary port',
    needs: [KERBEROS],
    ask: hiveserver2(KERBEROS, { transport: 'http', auth: keytab('goldsync') }),
    code: 'UNAVAILABLE',
    cause: /./,
    remedy: /transport|port/,
  },
  {
    what: 'HiveServer2: SASL to the HTTP port',
    needs: [KERBEROS],
    ask: hiveserver2(KERBEROS, { transport: 'binary', auth: keytab('goldsync') }, true),
    code: 'UNAVAILABLE',
    cause: /HTTP/,
    remedy: /transport|port/,
  },
  {
    what: 'HiveServer2: Kerberos where encryption is insisted on',
    needs: ['secure:hiveserver2-kerberos-privacy'],
    ask: hiveserver2('secure:hiveserver2-kerberos-privacy', { auth: keytab('goldsync') }),
    code: 'UNSUPPORTED',
    cause: /auth-conf/,
    remedy: /hive\.server2\.thrift\.sasl\.qop=auth/,
  },
  {
    what: 'HiveServer2: a wrong LDAP password',
    needs: [LDAP],
    ask: hiveserver2(LDAP, { auth: basic('wrong-pw-ldap') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /password/,
  },
  {
    what: 'HiveServer2 by HTTP: a wrong LDAP password',
    needs: [LDAP],
    ask: hiveserver2(LDAP, { auth: basic('wrong-pw-ldap') }, true),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /password/,
  },
  {
    what: 'HiveServer2: Kerberos where LDAP is asked for',
    needs: [LDAP, 'secure:kdc'],
    ask: hiveserver2(LDAP, { auth: keytab('goldsync') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /auth/,
  },
]

export const HIVE_SETUPS: readonly WrongSetup[] = [...METASTORES, ...HIVESERVER2S]
