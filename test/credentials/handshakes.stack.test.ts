/** What Kerberos costs: tickets and handshakes are paid at the start, and not by each call. */
import { expect, it, onTestFinished } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { hdfsStorage } from '../support/hdfs.ts'
import { relay, serve } from '../support/net.ts'
import { folderOf, HIVE, krb5With, removeFolder } from '../support/secure-e2e.ts'
import { principal, securely } from '../support/secure-hdfs.ts'
import { secure, secureAddresses } from '../support/secure-stack.ts'
import { describeStack, stack } from '../support/stack.ts'

const CALLS = 50
/** Connections that a metastore's client keeps at most, each with a handshake. */
const SESSIONS = 8

/** A relay that counts its connections. */
async function counted(target: { readonly host: string; readonly port: number }) {
  let count = 0
  const relayed = await relay(target, onConnection =>
    serve(socket => {
      count += 1
      onConnection(socket)
    }),
  )
  onTestFinished(() => relayed.close())
  return { port: relayed.port, count: () => count }
}

/** Milliseconds of the first call, and of one of those after it. */
async function timesOf(work: () => Promise<unknown>) {
  const began = performance.now()
  await work()
  const first = performance.now() - began
  for (let nth = 1; nth < CALLS; nth += 1) await work()
  const each = (performance.now() - began - first) / (CALLS - 1)
  return `first ${first.toFixed(0)}, then ${each.toFixed(1)}`
}

async function openBoth(location: string, storage: Record<string, unknown>, catalog: object) {
  const lake = await openStorage(location, storage)
  const hive = await openCatalog('hive', { kind: 'metastore', ...catalog })
  onTestFinished(async () => {
    await Promise.all([lake.close(), hive.close()])
  })
  return { list: () => lake.list(location), ask: () => hive.hasDatabase('default') }
}

describeStack(['secure:kdc', 'secure:hdfs', 'secure:metastore', 'hdfs', 'metastore'], 'Kerberos', () => {
  it(`asks the KDC thrice for ${2 * CALLS} calls and more, and shakes hands once a connection`, async () => {
    const folder = await folderOf('handshakes')
    onTestFinished(() => removeFolder(folder))
    const kdc = await counted(secureAddresses['secure:kdc'])
    const metastore = await counted(secureAddresses['secure:metastore'])
    process.env.KRB5_CONFIG = await krb5With(folder, kdc.port)
    onTestFinished(() => {
      process.env.KRB5_CONFIG = secure.krb5Config
    })
    const ours = await openBoth(
      secure.hdfs.uri,
      { ...securely(), auth: principal('goldsync') },
      { uris: `thrift://localhost:${metastore.port}`, auth: { ...principal('goldsync'), service: HIVE } },
    )
    const plain = await openBoth(stack.hdfs.uri, hdfsStorage, {
      uris: `thrift://${stack.metastore.host}:${stack.metastore.port}`,
    })
    const times = {
      'WebHDFS list, plain': await timesOf(plain.list),
      'WebHDFS list, Kerberos and TLS': await timesOf(ours.list),
      'metastore, plain': await timesOf(plain.ask),
      'metastore, Kerberos': await timesOf(ours.ask),
    }
    await Promise.all(Array.from({ length: CALLS }, () => Promise.all([ours.list(), ours.ask()])))
    console.info(
      'ms of a call:',
      times,
      `connections to the KDC ${kdc.count()}, to the metastore ${metastore.count()}`,
    )
    // Our ticket, and one for each service.
    expect(kdc.count()).toBeLessThanOrEqual(3)
    expect(metastore.count()).toBeLessThanOrEqual(SESSIONS)
  })
})
