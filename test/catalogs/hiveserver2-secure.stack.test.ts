import { expect, it } from 'vitest'
import { openHiveServer2 } from '../../shared/catalogs/hiveserver2/hiveserver2.ts'
import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { hdfs } from '../support/hdfs.ts'
import { closedPort } from '../support/net.ts'
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

/** On the stack's own HDFS and metastore. @param way of it, part of the names of its databases */
async function harness(way: string, more: object): Promise<CatalogHarness> {
  const options = (other: object = {}) => hiveServer2Options.parse({ kind: 'hiveserver2', ...more, ...other })
  const database = `hs2_${way}_${process.pid}`
  const folder = `/golden/${database}`
  await hdfs.mkdir(folder)
  await hdfs.chmod(folder, '777')
  return {
    catalog: async () => openHiveServer2('hive', options()),
    database,
    location: path => hdfs.location(`${folder}/${path}`),
    unreachable: async () => openHiveServer2('gone', options({ port: await closedPort() })),
    cleanup: async () => {
      const hive = hiveClient(options())
      for (const each of [database, `${database}_2`])
        await hive.execute(`DROP DATABASE IF EXISTS \`${each}\` CASCADE`)
      await Promise.all([hive.close(), hdfs.rm(folder)])
    },
  }
}

const PLAIN = ['hdfs', 'metastore'] as const

describeStack([...PLAIN, 'secure:hiveserver2-kerberos'], 'HiveServer2 as a catalog', () => {
  describeCatalog('by GSSAPI', () => harness('gssapi', { ...byKerberos, auth: kerberos }))
})

describeStack([...PLAIN, 'secure:hiveserver2-ldap'], 'HiveServer2 as a catalog', () => {
  describeCatalog('by LDAP', () => harness('ldap', { ...byLdap, auth: ldap() }))
})

describeStack(['secure:hiveserver2-kerberos'], 'HiveServer2 by Kerberos', () => {
  it.each([
    ['GSSAPI', { ...byKerberos, auth: kerberos }],
    ['SPNEGO', { ...http(byKerberos), auth: kerberos }],
  ])('answers by %s', async (_, options) => {
    expect(await ask(options)).toEqual([[1]])
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
})
