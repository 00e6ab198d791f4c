import { execFile } from 'node:child_process'
import { createSign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { authenticate, authenticatorOf } from '../../shared/catalogs/metastore/connection/authenticate.ts'
import { metastoreClient } from '../../shared/catalogs/metastore/connection/client.ts'
import { openSocket } from '../../shared/catalogs/metastore/connection/socket.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { decodeTokenFile, encodeTokenFile } from '../../shared/credentials/hadoop-token.ts'
import type { Mechanism } from '../../shared/credentials/sasl/mechanism.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closedPort } from '../support/net.ts'
import { type SecureComponent, secure, secureAddresses } from '../support/secure-stack.ts'
import { describeStack, stack } from '../support/stack.ts'

// For MIT's library, which reads it before the first test, too.
process.env.KRB5_CONFIG = secure.krb5Config

const kerberos = {
  kind: 'kerberos',
  keytab: secure.keytab('goldsync'),
  service: `hive/_HOST@${secure.realm}`,
}

const options = (component: SecureComponent, more: object = { auth: kerberos }) => {
  const { host, port } = secureAddresses[component]
  return metastoreOptions.parse({
    kind: 'metastore',
    uris: `thrift://${host}:${port}`,
    ...more,
  })
}
const asks = async (component: SecureComponent, more?: object) => {
  const client = metastoreClient(options(component, more))
  try {
    return await client.call('get_databases', { pattern: 'default' })
  } finally {
    client.close()
  }
}

const SERVERS = ['secure:metastore', 'secure:metastore3'] as const

for (const component of SERVERS) {
  describeStack([component], `${component} by Kerberos`, () => {
    describeCatalog(component, () => harness(component, { auth: kerberos }))

    it('hands out a token, with which one is in without a keytab; from the command line too', async () => {
      const catalog = openMetastore('hive', options(component))
      const token = await catalog.delegationToken?.()
      await catalog.close()
      const folder = await mkdtemp(join(tmpdir(), 'tokens-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const file = join(folder, 'tokens')
      await writeFile(file, encodeTokenFile([token!]))
      expect(await asks(component, { auth: { kind: 'token', file } })).toEqual(['default'])

      const config = join(folder, 'goldsync.json')
      const { uris } = options(component)
      const lake = { location: folder, database: 'golden', catalogs: ['hive'] }
      await writeFile(
        config,
        JSON.stringify({ lakes: [lake], catalogs: { hive: { kind: 'metastore', uris, auth: kerberos } } }),
      )
      const args = [
        '--import',
        'tsx',
        'shared/hosts/cli/main.ts',
        'token',
        'fetch',
        '--config',
        config,
        '--out',
        file,
      ]
      const { stderr } = await promisify(execFile)(process.execPath, args)
      expect(stderr).toMatch(/hive: HIVE_DELEGATION_TOKEN of goldsync, at most until 20/)
      const [fetched] = decodeTokenFile(await readFile(file))
      expect(fetched?.identifier).not.toEqual(token?.identifier)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await asks(component, { auth: { kind: 'token', file } })).toEqual(['default'])
    })
  })
}

describeStack(['secure:metastore', 'metastore'], 'a secure metastore', () => {
  const other = { ...kerberos, service: 'HTTP/_HOST' }
  it.each([
    ['nobody', {}, /UNAVAILABLE|DATA_INVALID/, /auth/],
    [
      'a password',
      { auth: { kind: 'basic', user: 'ann', password: 'pass-word' } },
      /AUTHENTICATION_FAILED/,
      /another kind of auth/,
    ],
    ['a ticket for another service', { auth: other }, /AUTHENTICATION_FAILED/, /auth\.service/],
    ['TLS', { auth: kerberos, tls: true }, /UNAVAILABLE/, /tls: false/],
    ['HTTP', { auth: { kind: 'bearer', token: 'jwt' }, transport: 'http' }, /UNAVAILABLE/, /transport/],
  ])('refuses %s, and the error says what to do', async (_, more, code, hint) => {
    await expect(asks('secure:metastore', more)).rejects.toMatchObject({
      code: expect.stringMatching(code),
      hint: expect.stringMatching(hint),
    })
  })

  it('that is none: a plain one takes no ticket, and the error says so', async () => {
    const { host, port } = stack.metastore
    const plain = metastoreClient(
      metastoreOptions.parse({
        kind: 'metastore',
        uris: `thrift://${host}:${port}`,
        auth: { ...kerberos, service: `hive/${secure.host}` },
      }),
    )
    await expect(plain.call('getVersion', {})).rejects.toMatchObject({
      hint: expect.stringContaining('leave auth out'),
    })
    plain.close()
  })
})

describeStack(
  ['secure:metastore-integrity', 'secure:metastore-privacy'],
  'a metastore that insists on protection',
  () => {
    it.each([
      ['secure:metastore-integrity', 'auth-int'],
      ['secure:metastore-privacy', 'auth-conf'],
    ] as const)('%s: Kerberos says that it cannot carry %s', async (component, qop) => {
      await expect(asks(component)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining(qop),
        hint: expect.stringContaining('hadoop.rpc.protection'),
      })
    })
  },
)

describeStack(['secure:metastore-password'], 'a metastore that asks for a password', () => {
  const auth = { kind: 'basic', user: 'goldsync', password: secure.metastorePassword }
  it('is told it by PLAIN over TLS', async () => {
    expect(await asks('secure:metastore-password', { auth, tls: { ca: secure.ca } })).toEqual(['default'])
    const wrong = asks('secure:metastore-password', {
      auth: { ...auth, password: 'wrong-pw' },
      tls: { ca: secure.ca },
    })
    await expect(wrong).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: expect.stringContaining('password'),
    })
    const stranger = asks('secure:metastore-password', { auth, tls: { ca: secure.otherCa } })
    await expect(stranger).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('tls.ca'),
    })
  })
})

/** Signed for the user goldsync. @param ends seconds from now */
function jwt(ends: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + ends
  const signed = `${part({ alg: 'RS256', kid: 'stack', typ: 'JWT' })}.${part({ sub: 'goldsync', exp })}`
  const signature = createSign('RSA-SHA256').update(signed).sign(readFileSync(secure.jwtKey))
  return `${signed}.${signature.toString('base64url')}`
}

describeStack(['secure:metastore-http'], 'a metastore over HTTP', () => {
  it('takes a JWT, and none that has ended', async () => {
    const over = (token: string) =>
      asks('secure:metastore-http', {
        auth: { kind: 'bearer', token },
        transport: 'http',
        tls: { ca: secure.ca },
      })
    expect(await over(jwt(600))).toEqual(['default'])
    const ended = jwt(-600)
    const error = await over(ended).catch(error => error)
    expect(error).toMatchObject({ code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('expired') })
    expect(error.message).not.toContain(ended)
  })
})

async function harness(component: SecureComponent, more: object): Promise<CatalogHarness> {
  const database = `${component.replace(/\W/g, '_')}_${process.pid}`
  const folder = await mkdtemp(join(tmpdir(), 'metastore-'))
  const address = secureAddresses[component]
  const open = async () => {
    const mechanism = (await authenticatorOf(options(component, more), 'hive')?.(address.host)) as Mechanism
    return authenticate(await openSocket(address, undefined, 5000), mechanism, 60_000, { server: component })
  }
  return {
    catalog: async () => openMetastore('hive', options(component, more)),
    database,
    location: path => `file://${folder}/${path}`,
    unreachable: async () => {
      const uris = `thrift://${address.host}:${await closedPort()}`
      return openMetastore('gone', options(component, { ...more, uris }))
    },
    cleanup: async () => {
      await dropDatabases({ ...address, open }, database, `${database}_2`)
      await rm(folder, { recursive: true })
    },
  }
}
