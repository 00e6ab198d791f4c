import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { encodeTokenFile, HIVE_TOKEN, parseToken } from '../../shared/credentials/hadoop-token.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { found } from '../support/fake-webhdfs.ts'
import { change, principal, securely, tokenOf } from '../support/secure-hdfs.ts'
import { secure } from '../support/secure-stack.ts'
import { describeStack, stack } from '../support/stack.ts'
import { failureOf, nameNode } from './webhdfs/harness.ts'

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'goldsync-secure-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

/** What a list fails with. @param secrets of the options, that no error may show */
async function refused(options: Record<string, unknown>, ...secrets: readonly string[]) {
  const storage = await openStorage(secure.hdfs.uri, options)
  onTestFinished(() => storage.close())
  const error = await failureOf(storage.list(secure.hdfs.uri))
  for (const secret of secrets) expect(`${error.message} ${error.hint}`).not.toContain(secret)
  return error
}

const saying = (code: string, message: string, hint: string) => ({
  code,
  message: expect.stringMatching(message),
  hint: expect.stringContaining(hint),
})

const inPlace = (from: string, to: string) => ({
  ...securely(secure.hdfs.webhdfs.replace(from, to)),
  auth: principal('goldsync'),
})

describeStack(['secure:kdc', 'secure:hdfs'], 'a set-up that is wrong for a secure HDFS', () => {
  it('a plain user', async () => {
    expect(await refused({ ...securely(), user: 'goldsync' })).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'does not accept user goldsync', 'storage.auth to kind kerberos'),
    )
  })

  it('a password where only Negotiate is offered', async () => {
    const auth = { kind: 'basic', user: 'goldsync', password: 'secret-9' }
    expect(await refused({ ...securely(), auth }, 'secret-9')).toMatchObject(
      saying(
        'AUTHENTICATION_FAILED',
        'does not accept user goldsync',
        'takes only Kerberos (Negotiate), not basic',
      ),
    )
  })

  it('another authority than the servers have', async () => {
    expect(
      await refused({ ...securely(), auth: principal('goldsync'), tls: { ca: secure.otherCa } }),
    ).toMatchObject(saying('UNAVAILABLE', 'certificate that is not trusted', 'storage.tls.ca'))
  })

  it('a certificate that has expired', async () => {
    const pem = (name: string) => readFileSync(join(dirname(secure.ca), name), 'utf8')
    const server = await nameNode(found, { cert: pem('expired.pem'), key: pem('expired.key') })
    expect(await refused({ ...securely(server.origin), user: 'goldsync' })).toMatchObject(
      saying('UNAVAILABLE', 'certificate has expired', 'renew'),
    )
  })

  it('http to a server that has https alone', async () => {
    expect(await refused(inPlace('https:', 'http:'))).toMatchObject(
      saying('UNAVAILABLE', 'speaks TLS', 'https:// in storage.namenodes'),
    )
  })

  it('an address where _HOST wants a name', async () => {
    expect(await refused(inPlace('localhost', '127.0.0.1'))).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'HTTP/127.0.0.1', 'full host name'),
    )
  })

  it('the principal of another service', async () => {
    const auth = { ...principal('goldsync'), service: 'hive/_HOST' }
    expect(await refused({ ...securely(), auth })).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'Invalid server principal hive', 'storage.auth.service'),
    )
  })

  it('a keytab of a former password', async () => {
    expect(await refused({ ...securely(), auth: principal('goldsync-stale') })).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'goldsync@', 'Export the keytab anew'),
    )
  })

  it('a token that was cancelled', async () => {
    const token = await tokenOf('goldsync')
    await change('PUT', '/', `CANCELDELEGATIONTOKEN&token=${token}`, { token })
    expect(await refused({ ...securely(), token }, token)).toMatchObject(
      saying('AUTHENTICATION_FAILED', "can't be found in cache|InvalidToken", 'expired or cancelled'),
    )
  })

  it('a file that has tokens of other services', async () => {
    const file = join(await folder(), 'tokens')
    const token = parseToken(await tokenOf('goldsync'), 'hive')
    await writeFile(file, encodeTokenFile([{ ...token, kind: HIVE_TOKEN, service: 'metastore' }]))
    expect(await refused({ ...securely(), auth: { kind: 'token', file } })).toMatchObject(
      saying(
        'CONFIG_INVALID',
        `no token of the kind .*${HIVE_TOKEN} \\(metastore\\)`,
        'goldsync token fetch',
      ),
    )
  })

  it('a KDC that is down, and is there again', async () => {
    const made = await folder()
    // Another file, so that no ticket is there from before.
    const keytab = join(made, 'keytab')
    await copyFile(secure.keytab('goldsync'), keytab)
    const settings = readFileSync(secure.krb5Config, 'utf8')
    await writeFile(join(made, 'krb5.conf'), settings.replace(/ {4}kdc = \S+/, '    kdc = localhost:1'))
    process.env.KRB5_CONFIG = join(made, 'krb5.conf')
    onTestFinished(() => {
      process.env.KRB5_CONFIG = secure.krb5Config
    })
    const storage = await openStorage(secure.hdfs.uri, { ...securely(), auth: { kind: 'kerberos', keytab } })
    onTestFinished(() => storage.close())
    expect(await failureOf(storage.list(secure.hdfs.uri))).toMatchObject(
      saying('UNAVAILABLE', 'KDC', 'that the KDC runs'),
    )
    process.env.KRB5_CONFIG = secure.krb5Config
    expect(await storage.list(secure.hdfs.uri)).not.toHaveLength(0)
  })
})

describeStack(['secure:kdc', 'hdfs'], 'a set-up that is wrong for a plain HDFS', () => {
  it('Kerberos', async () => {
    const namenodes = [stack.hdfs.webhdfs.replace('127.0.0.1', 'localhost')]
    expect(await refused({ namenodes, auth: principal('goldsync') })).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'did not prove who it is', 'set storage.user'),
    )
  })
})

describeStack(['secure:kdc', 'secure:hdfs', 'secure:httpfs'], 'a set-up that is wrong for HttpFS', () => {
  it('its token at a NameNode, and the reverse', async () => {
    const [ours, theirs] = [await tokenOf('goldsync'), await tokenOf('goldsync', secure.httpfs)]
    const expected = saying(
      'AUTHENTICATION_FAILED',
      'does not accept the owner',
      'of another cluster or gateway',
    )
    expect(await refused({ ...securely(), token: theirs }, theirs)).toMatchObject(expected)
    expect(await refused({ ...securely(secure.httpfs), token: ours }, ours)).toMatchObject(expected)
  })
})

describeStack(['secure:hdfs', 'secure:knox'], 'a set-up that is wrong for Knox', () => {
  const at = (topology: string) => securely(`${secure.knox.gateway}/${topology}`)

  it('a wrong password', async () => {
    const auth = { kind: 'basic', user: 'goldsync', password: 'secret-9' }
    expect(await refused({ ...at('default'), auth }, 'secret-9')).toMatchObject(
      saying('AUTHENTICATION_FAILED', 'does not accept user goldsync', 'storage.auth.password'),
    )
  })

  it('a token that is none', async () => {
    expect(
      await refused({ ...at('token'), auth: { kind: 'bearer', token: 'ey.secret-9' } }, 'secret-9'),
    ).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    })
  })

  it('a topology that is not there', async () => {
    const auth = { kind: 'basic', user: 'goldsync', password: secure.knox.password }
    expect(await refused({ ...at('nothing'), auth }, secure.knox.password)).toMatchObject(
      saying('DATA_INVALID', 'answered 404', 'storage.namenodes'),
    )
  })
})
