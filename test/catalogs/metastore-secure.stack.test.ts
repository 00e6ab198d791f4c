import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { readTls } from '../../shared/base/tls.ts'
import { authenticate, authenticatorOf } from '../../shared/catalogs/hms/connection/authenticate.ts'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { openSocket } from '../../shared/catalogs/hms/connection/socket.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { decodeTokenFile, encodeTokenFile, parseToken } from '../../shared/credentials/hadoop-token.ts'
import type { Mechanism } from '../../shared/credentials/sasl/mechanism.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { hadoopJdk } from '../support/java.ts'
import { jwt } from '../support/jwt.ts'
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

/** What differs from Kerberos is the handshake: with the whole suite again a run of all tests would take a minute more. */
const describeByToken = process.env.SECURE_SUITES === 'all' ? describeCatalog : () => undefined

const SERVERS = ['secure:metastore', 'secure:metastore3'] as const

for (const component of SERVERS) {
  describeStack([component], `${component} by Kerberos`, () => {
    describeCatalog(component, () => harness(component, { auth: kerberos }))

    describeByToken(`${component} by a token`, async () => {
      const catalog = openMetastore('hive', options(component))
      const token = await catalog.delegationToken?.()
      await catalog.close()
      const folder = await mkdtemp(join(tmpdir(), 'tokens-'))
      const file = join(folder, 'tokens')
      await writeFile(file, encodeTokenFile([token!]))
      const made = await harness(component, { auth: { kind: 'token', file } })
      return { ...made, cleanup: () => made.cleanup().then(() => rm(folder, { recursive: true })) }
    })

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

/** By Hive's own client: what Kerberos cannot carry here, tokens can. */
async function tokenByJava(component: SecureComponent): Promise<string> {
  const { host, port } = secureAddresses[component]
  const dist = join(process.env.STACK_DIST ?? join(stack.home, 'dist'))
  const list = (await readdir(dist)).find(name => /^hive-[0-9a-f]+\.classpath$/.test(name))
  const jars = (await readFile(join(dist, list!), 'utf8')).trim()
  const conf = join(stack.home, 'conf/secure', component.replace('secure:', ''))
  const { stdout } = await promisify(execFile)(join(hadoopJdk(), 'bin/java'), [
    `-Djava.security.krb5.conf=${secure.krb5Config}`,
    '-Djavax.security.auth.useSubjectCredsOnly=false',
    ...['-cp', `${conf}:${jars}`, 'test/support/MetastoreToken.java'],
    ...[`thrift://${host}:${port}`, 'goldsync', secure.keytab('goldsync')],
  ])
  return stdout.trim()
}

for (const component of ['secure:metastore-integrity', 'secure:metastore-privacy'] as const)
  describeStack([component], `${component} by a token of Hive's own client`, () => {
    describeCatalog(component, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tokens-'))
      const file = join(folder, 'tokens')
      const token = parseToken(await tokenByJava(component), 'hive')
      await writeFile(file, encodeTokenFile([token]))
      const made = await harness(component, { auth: { kind: 'token', file } })
      return { ...made, cleanup: () => made.cleanup().then(() => rm(folder, { recursive: true })) }
    })
  })

describeStack(['secure:metastore-password'], 'a metastore that asks for a password', () => {
  const auth = { kind: 'basic', user: 'goldsync', password: secure.metastorePassword }
  describeCatalog('by PLAIN over TLS', () =>
    harness('secure:metastore-password', { auth, tls: { ca: secure.ca } }),
  )

  it('is told it by PLAIN over TLS', async () => {
    expect(await asks('secure:metastore-password', { auth, tls: { ca: secure.ca } })).toEqual(['default'])
  })
})

describeStack(['secure:metastore-http'], 'a metastore over HTTP', () => {
  describeCatalog('by JWT', () =>
    harness('secure:metastore-http', {
      auth: { kind: 'bearer', token: jwt(secure.jwtKey) },
      transport: 'http',
      tls: { ca: secure.ca },
    }),
  )

  it('takes a JWT', async () => {
    const over = (token: string) =>
      asks('secure:metastore-http', {
        auth: { kind: 'bearer', token },
        transport: 'http',
        tls: { ca: secure.ca },
      })
    expect(await over(jwt(secure.jwtKey))).toEqual(['default'])
  })
})

async function harness(component: SecureComponent, more: object): Promise<CatalogHarness> {
  const database = `${component.replace(/\W/g, '_')}_${process.pid}_${Math.floor(Math.random() * 1e6)}`
  const folder = await mkdtemp(join(tmpdir(), 'metastore-'))
  const address = secureAddresses[component]
  const { tls, transport } = options(component, more)
  const open = async () => {
    const mechanism = (await authenticatorOf(options(component, more), 'hive')?.(address.host)) as Mechanism
    const texts = typeof tls === 'object' ? await readTls(tls) : undefined
    return authenticate(await openSocket(address, texts, 5000), mechanism, 60_000, { server: component })
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
      // What drops them speaks no HTTP: this metastore is of these tests alone.
      if (transport === 'binary') await dropDatabases({ ...address, open }, database, `${database}_2`)
      await rm(folder, { recursive: true })
    },
  }
}
