import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { encodeTokenFile, HIVE_TOKEN, parseToken } from '../../../shared/credentials/hadoop-token.ts'
import { nameNode } from '../../storages/webhdfs/harness.ts'
import { found } from '../../support/fake-webhdfs.ts'
import { jwt } from '../../support/jwt.ts'
import { closedPort } from '../../support/net.ts'
import { krb5With } from '../../support/secure-e2e.ts'
import { change, securely, tokenOf } from '../../support/secure-hdfs.ts'
import { secure, secureAddresses } from '../../support/secure-stack.ts'
import { stack } from '../../support/stack.ts'
import { switched } from '../../support/switched.ts'
import { identifierOf } from '../../support/tokens.ts'
import { eventually } from '../../support/waiting.ts'
import { fileOf, folder, hdfs, keytab, krb5Conf, metastore, secretly, type WrongSetup } from './case.ts'

const SECURE = ['secure:kdc', 'secure:hdfs'] as const
const KNOX = ['secure:hdfs', 'secure:knox'] as const

const at = (from: string, to: string) => securely(secure.hdfs.webhdfs.replace(from, to))
const topology = (name: string) => securely(`${secure.knox.gateway}/${name}`)

/** A KDC that no ticket was taken from. */
async function kdcThatIs(state: 'gone' | 'silent') {
  const kdc = await switched(secureAddresses['secure:kdc'])
  onTestFinished(() => kdc.close())
  kdc.set(state)
  krb5Conf(await krb5With(await folder(), kdc.port))
  // Another file, so that no ticket is there from before.
  return { auth: { kind: 'kerberos', keytab: await fileOf(readFileSync(secure.keytab('goldsync'))) } }
}

/** A KDC ten minutes ahead, whose tickets the servers take for those of tomorrow. */
async function kdcAhead() {
  const [made, port] = [await folder(), await closedPort()]
  const profile = join(made, 'kdc.conf')
  const krb5 = await krb5With(made, port)
  const settings = readFileSync(join(dirname(secure.krb5Config), 'kdc.conf'), 'utf8')
  writeFileSync(profile, settings.replaceAll(/(listen = \S+:)\d+/g, `$1${port}`))
  const env = {
    ...process.env,
    KRB5_CONFIG: krb5,
    KRB5_KDC_PROFILE: profile,
    PATH: `${process.env.PATH}:/usr/sbin`,
  }
  const kdc = spawn(FAKETIME, ['-f', '+10m', 'krb5kdc', '-n', '-r', secure.realm], {
    env,
    stdio: 'ignore',
    detached: true,
  })
  // faketime is no more than its parent.
  onTestFinished(() => void process.kill(-(kdc.pid as number)))
  await eventually(() => listens(port))
  krb5Conf(krb5)
  return { auth: { kind: 'kerberos', keytab: await fileOf(readFileSync(secure.keytab('goldsync'))) } }
}

const listens = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, 'localhost', () => resolve(void socket.destroy()))
    socket.on('error', reject)
  })

/** A file with one token of the NameNode. */
async function tokensOf(more: object) {
  const text = secretly(await tokenOf('goldsync'))
  const token = { ...parseToken(text, 'hive'), ...more }
  return { auth: { kind: 'token', file: await fileOf(encodeTokenFile([token])) } }
}

/** Debian: apt-get install faketime. */
const FAKETIME = '/usr/bin/faketime'

const CLOCKS: readonly WrongSetup[] = [
  {
    what: 'HDFS: a KDC whose clock is ten minutes ahead',
    needs: SECURE,
    ask: hdfs(kdcAhead),
    code: 'AUTHENTICATION_FAILED',
    cause: /Clock skew too great/,
    remedy: /synchronise them \(NTP\)/,
  },
  {
    what: 'metastore: a KDC whose clock is ten minutes ahead',
    needs: [...SECURE, 'secure:metastore'],
    ask: metastore('secure:metastore', async () => {
      const { auth } = await kdcAhead()
      return { auth: { ...auth, service: 'hive/_HOST' } }
    }),
    code: 'AUTHENTICATION_FAILED',
    cause: /the server refused us/,
    remedy: /clocks .* agree \(NTP\)/,
  },
]

export const HDFS: readonly WrongSetup[] = [
  ...(existsSync(FAKETIME) ? CLOCKS : []),
  {
    what: 'HDFS: a plain user where Kerberos is asked for',
    needs: SECURE,
    ask: hdfs({ user: 'goldsync' }),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept user goldsync/,
    remedy: /storage\.auth to kind kerberos/,
  },
  {
    what: 'HDFS: Kerberos where it is plain',
    needs: ['secure:kdc', 'hdfs'],
    ask: hdfs(async () => ({
      namenodes: [stack.hdfs.webhdfs.replace('127.0.0.1', 'localhost')],
      auth: keytab('goldsync'),
    })),
    code: 'AUTHENTICATION_FAILED',
    cause: /did not prove who it is/,
    remedy: /set storage\.user/,
  },
  {
    what: 'HDFS: a password where Kerberos is asked for',
    needs: SECURE,
    ask: hdfs({ auth: { kind: 'basic', user: 'goldsync', password: secretly('secret-9-hdfs') } }),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept user goldsync/,
    remedy: /takes only Kerberos \(Negotiate\), not basic/,
  },
  {
    what: 'HDFS: the wrong authority',
    needs: SECURE,
    ask: hdfs({ auth: keytab('goldsync'), tls: { ca: secure.otherCa } }),
    code: 'UNAVAILABLE',
    cause: /certificate that is not trusted/,
    remedy: /storage\.tls\.ca/,
  },
  {
    what: 'HDFS: a certificate that has expired',
    needs: SECURE,
    ask: hdfs(async () => {
      const pem = (name: string) => readFileSync(join(dirname(secure.ca), name), 'utf8')
      const server = await nameNode(found, { cert: pem('expired.pem'), key: pem('expired.key') })
      return { ...securely(server.origin), user: 'goldsync' }
    }),
    code: 'UNAVAILABLE',
    cause: /certificate has expired/,
    remedy: /renew/,
  },
  {
    what: 'HDFS: http to a server that has https alone',
    needs: SECURE,
    ask: hdfs({ ...at('https:', 'http:'), auth: keytab('goldsync') }),
    code: 'UNAVAILABLE',
    cause: /speaks TLS/,
    remedy: /https:\/\/ in storage\.namenodes/,
  },
  {
    what: 'HDFS: an address where _HOST wants a name',
    needs: SECURE,
    ask: hdfs({ ...at('localhost', '127.0.0.1'), auth: keytab('goldsync') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /HTTP\/127\.0\.0\.1/,
    remedy: /full host name/,
  },
  {
    what: 'HDFS: the principal of another service',
    needs: SECURE,
    ask: hdfs({ auth: keytab('goldsync', { service: 'hive/_HOST' }) }),
    code: 'AUTHENTICATION_FAILED',
    cause: /Invalid server principal hive/,
    remedy: /storage\.auth\.service/,
  },
  {
    what: 'HDFS: a service of another realm',
    needs: SECURE,
    ask: hdfs({ auth: keytab('goldsync', { service: 'HTTP/_HOST@OTHER.TEST' }) }),
    code: 'CONFIG_INVALID',
    cause: /OTHER\.TEST/,
    remedy: /domain_realm/,
  },
  {
    what: 'Kerberos: a keytab of a former password',
    needs: SECURE,
    ask: hdfs({ auth: keytab('goldsync-stale') }),
    code: 'AUTHENTICATION_FAILED',
    cause: /goldsync@/,
    remedy: /Export the keytab anew/,
  },
  {
    what: 'Kerberos: the keytab of another principal',
    needs: SECURE,
    ask: hdfs({ auth: keytab('other', { principal: 'goldsync' }) }),
    code: 'CONFIG_INVALID',
    cause: /it has no key of goldsync, but of other@/,
    remedy: /keytab of auth\.principal/,
  },
  {
    what: 'Kerberos: our principal in another realm',
    needs: SECURE,
    ask: hdfs({ auth: keytab('goldsync', { principal: 'goldsync@OTHER.TEST' }) }),
    code: 'CONFIG_INVALID',
    cause: /it has no key of goldsync@OTHER\.TEST/,
    remedy: /keytab of auth\.principal/,
  },
  {
    what: 'Kerberos: a keytab that is not there',
    needs: SECURE,
    ask: hdfs({ auth: { kind: 'kerberos', keytab: '/nowhere/goldsync.keytab' } }),
    code: 'CONFIG_INVALID',
    cause: /ENOENT/,
    remedy: /a file that goldsync may read/,
  },
  {
    what: 'Kerberos: a file that is no keytab',
    needs: SECURE,
    ask: hdfs(async () => ({ auth: { kind: 'kerberos', keytab: await fileOf('no keytab') } })),
    code: 'CONFIG_INVALID',
    cause: /it is no keytab/,
    remedy: /name the keytab/,
  },
  {
    what: 'Kerberos: neither a keytab nor a ticket',
    needs: SECURE,
    ask: hdfs({ auth: { kind: 'kerberos' } }),
    code: 'AUTHENTICATION_FAILED',
    cause: /[Cc]redentials/,
    remedy: /set auth\.keytab, or get one \(kinit\)/,
  },
  {
    what: 'Kerberos: a KDC that is down',
    needs: SECURE,
    ask: hdfs(() => kdcThatIs('gone')),
    code: 'UNAVAILABLE',
    cause: /KDC/,
    remedy: /that the KDC runs/,
  },
  {
    what: 'Kerberos: a KDC that says nothing',
    needs: SECURE,
    ask: hdfs(() => kdcThatIs('silent')),
    code: 'UNAVAILABLE',
    cause: /no KDC answered within 9 s/,
    remedy: /no firewall is in between/,
  },
  {
    what: 'Kerberos: a krb5.conf that does not know the realm',
    needs: SECURE,
    ask: hdfs(async () => {
      krb5Conf(await fileOf('[libdefaults]\n  dns_lookup_kdc = false\n  dns_lookup_realm = false\n'))
      return { auth: { kind: 'kerberos', keytab: await fileOf(readFileSync(secure.keytab('goldsync'))) } }
    }),
    code: 'CONFIG_INVALID',
    cause: /realm|KDC/,
    remedy: /name the realm and its KDC in krb5\.conf/,
  },
  {
    what: 'HDFS: a token that was cancelled',
    needs: SECURE,
    ask: hdfs(async () => {
      const token = secretly(await tokenOf('goldsync'))
      await change('PUT', '/', `CANCELDELEGATIONTOKEN&token=${token}`, { token })
      return { token }
    }),
    code: 'AUTHENTICATION_FAILED',
    cause: /can't be found in cache|InvalidToken/,
    remedy: /expired or cancelled/,
  },
  {
    what: 'HDFS: a token that has ended',
    needs: SECURE,
    ask: hdfs(() => tokensOf({ identifier: identifierOf({ owner: 'goldsync', until: 1_700_000_000_000 }) })),
    code: 'AUTHENTICATION_FAILED',
    cause: /ended at 20/,
    remedy: /goldsync token fetch/,
  },
  {
    what: 'HDFS: a token whose password is another',
    needs: SECURE,
    ask: hdfs(() => tokensOf({ password: Buffer.from(secretly('no-such-password-22')) })),
    code: 'AUTHENTICATION_FAILED',
    cause: /token/i,
    remedy: /token/,
  },
  {
    what: 'HDFS: a file of tokens of another service',
    needs: SECURE,
    ask: hdfs(() => tokensOf({ kind: HIVE_TOKEN, service: 'metastore' })),
    code: 'CONFIG_INVALID',
    cause: /no token of the kind .*HIVE_DELEGATION_TOKEN \(metastore\)/,
    remedy: /goldsync token fetch/,
  },
  {
    what: 'HDFS: a file of tokens that is malformed',
    needs: SECURE,
    ask: hdfs(async () => ({ auth: { kind: 'token', file: await fileOf(secretly('HDTS-and-no-more')) } })),
    code: 'CONFIG_INVALID',
    cause: /auth\.file/,
    remedy: /goldsync token fetch/,
  },
  {
    what: 'HttpFS: a token of the NameNode',
    needs: [...SECURE, 'secure:httpfs'],
    ask: hdfs(async () => ({ ...securely(secure.httpfs), token: secretly(await tokenOf('goldsync')) })),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept the owner/,
    remedy: /of another cluster or gateway/,
  },
  {
    what: 'HDFS: a token of HttpFS',
    needs: [...SECURE, 'secure:httpfs'],
    ask: hdfs(async () => ({ token: secretly(await tokenOf('goldsync', secure.httpfs)) })),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept the owner/,
    remedy: /of another cluster or gateway/,
  },
  {
    what: 'Knox: a wrong password',
    needs: KNOX,
    ask: hdfs({
      ...topology('default'),
      auth: { kind: 'basic', user: 'goldsync', password: secretly('secret-9-knox') },
    }),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept user goldsync/,
    remedy: /storage\.auth\.password/,
  },
  {
    what: 'Knox: a bearer token that is none',
    needs: KNOX,
    ask: hdfs({ ...topology('token'), auth: { kind: 'bearer', token: secretly('ey.secret-9-knox') } }),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept/,
    remedy: /token/,
  },
  {
    what: 'Knox: a JWT of another issuer',
    needs: KNOX,
    ask: hdfs(async () => ({
      ...topology('token'),
      auth: { kind: 'bearer', token: secretly(jwt(secure.serverKey, { iss: 'somebody' })) },
    })),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept/,
    remedy: /token/,
  },
  {
    what: 'Knox: a topology that is not there',
    needs: KNOX,
    ask: hdfs({
      ...topology('nothing'),
      auth: { kind: 'basic', user: 'goldsync', password: secretly(secure.knox.password) },
    }),
    code: 'DATA_INVALID',
    cause: /answered 404/,
    remedy: /storage\.namenodes/,
  },
]
