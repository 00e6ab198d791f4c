/** What the end-to-end tests of the secure stack share: a lake of one test, and the config by which goldsync reads it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { authenticate, authenticatorOf } from '../../shared/catalogs/hms/connection/authenticate.ts'
import { openSocket } from '../../shared/catalogs/hms/connection/socket.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import type { Mechanism } from '../../shared/credentials/sasl/mechanism.ts'
import { trinoOptions } from '../../shared/engines/trino/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { type Listening, startServer } from './hosts.ts'
import { jwt } from './jwt.ts'
import { dropDatabases } from './metastore.ts'
import { secureHdfs, securely } from './secure-hdfs.ts'
import { secure, secureAddresses } from './secure-stack.ts'
import { signed, WEBHOOK_SECRET } from './sign.ts'

const METASTORE = secureAddresses['secure:metastore']
export const HIVE = `hive/_HOST@${secure.realm}`

/** By a keytab, to HDFS and to the metastore. */
export const byKeytab = (name: string) => {
  const auth = { kind: 'kerberos', keytab: secure.keytab(name) }
  return { storage: auth, catalog: { ...auth, service: HIVE } }
}

interface How {
  readonly location: string
  readonly database: string
  /** `auth` of storage and catalog. */
  readonly auth: { readonly storage: object; readonly catalog: object }
  /** Of the metastore, where it is not the real one's. */
  readonly port?: number
  /** `auth` of Trino; without one, no engine is asked. */
  readonly trino?: object
}

export const secureConfig = ({ location, database, auth, port = METASTORE.port, trino }: How) => ({
  lakes: [
    {
      location,
      storage: { ...securely(), auth: auth.storage },
      database,
      createDatabase: true,
      catalogs: ['hive'],
    },
  ],
  catalogs: { hive: { kind: 'metastore', uris: `thrift://${secure.host}:${port}`, auth: auth.catalog } },
  engines: trino ? { trino: trinoAs(trino) } : {},
  webhook: { standard: [WEBHOOK_SECRET] },
  server: { exposure: 'public' },
})

const trinoAs = (auth: object) => ({
  kind: 'trino',
  url: secure.trino.url,
  catalog: secure.trino.secureCatalog,
  tls: { ca: secure.ca },
  auth,
})

/** Rows by a JWT of its own. */
export async function trinoCount(table: string): Promise<number> {
  const auth = { kind: 'bearer', token: jwt(secure.identity.key, { aud: 'trino' }) }
  const client = trinoClient(trinoOptions.parse(trinoAs(auth)))
  const [row] = await client.query(`select count(*) from ${table}`)
  return Number(row?.[0])
}

/** A folder of files that one test has. */
export const folderOf = (name: string): Promise<string> => mkdtemp(join(tmpdir(), `goldsync-${name}-`))

/** krb5.conf with another KDC. @returns its path in that folder */
export async function krb5With(folder: string, port: number): Promise<string> {
  const settings = await readFile(secure.krb5Config, 'utf8')
  const file = join(folder, 'krb5.conf')
  await writeFile(file, settings.replace(/ {4}kdc = \S+/, `    kdc = localhost:${port}`))
  return file
}

/** Into a ticket cache, as whoever runs kinit by hand. */
export async function kinit(cache: string, keytab: string, principal: string): Promise<void> {
  const env = { ...process.env, KRB5_CONFIG: secure.krb5Config }
  await promisify(execFile)('kinit', ['-c', cache, '-kt', secure.keytab(keytab), principal], { env })
}

/** Writes a fixture into the lake, as its sink does. @returns its location */
export async function layFile(path: string, fixture = 'orders/v1.parquet'): Promise<string> {
  await secureHdfs.put(path, await readFile(join('test/fixtures', fixture)))
  return secureHdfs.location(path)
}

/** The built server, and how a sink tells it of a file. */
export async function startSecure(bundle: string, config: object, env: NodeJS.ProcessEnv) {
  const server: Listening = await startServer(bundle, { GOLDSYNC_CONFIG: JSON.stringify(config), ...env })
  const tell = async (location: string, signal?: AbortSignal) => {
    const request = signed(JSON.stringify({ path: location }))
    const response = await fetch(`${server.url}/webhook`, { ...request, signal: signal ?? null })
    return { status: response.status, body: await response.text() }
  }
  return { ...server, tell }
}

/** With all that is in them. */
export async function dropSecure(...databases: readonly string[]): Promise<void> {
  const auth = { kind: 'kerberos', keytab: secure.keytab('goldsync'), service: HIVE }
  const options = metastoreOptions.parse({
    kind: 'metastore',
    uris: `thrift://${METASTORE.host}:${METASTORE.port}`,
    auth,
  })
  const open = async () => {
    const mechanism = (await authenticatorOf(options, 'hive')?.(METASTORE.host)) as Mechanism
    const socket = await openSocket(METASTORE, undefined, 5000)
    return authenticate(socket, mechanism, 60_000, { server: 'secure:metastore' })
  }
  await dropDatabases({ ...METASTORE, open }, ...databases)
}

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
