/** Lakes on HDFS, S3 and a local folder, in all catalogs, with the engines of the stack; what is in them, as they are asked directly. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { printValues } from '../../shared/schema/table.ts'
import { stateOf } from '../../shared/state/table-state.ts'
import { awsGlue, glueConfig } from '../support/aws-glue.ts'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { FILES } from '../support/lake.ts'
import { dropDatabases } from '../support/metastore.ts'
import { s3, s3Storage } from '../support/s3.ts'
import { hiveConfig, hiveRows, trinoConfig } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import { type FaultyWay, faultyWay } from './proxies.ts'

export const TOPICS = ['orders', 'clicks'] as const
export type Kind = 'v1' | 'v2' | 'wrong' | 'truncated' | 'text'
export type Server = 'nameNode' | 'metastore' | 'metastore3' | 'hive' | 'aws' | 'trino' | 'presto'
export type Side = 'premise' | 'hive' | 'cloud' | 'local'
export const SIDES: readonly Side[] = ['premise', 'hive', 'cloud', 'local']

/** Where files of a side are laid, paths from its lake's root; what was laid is remembered. */
export interface Store {
  readonly location: string
  readonly files: Map<string, Kind>
  put(path: string, kind: Kind): Promise<void>
  /** A file, or a folder with all that is in it. */
  remove(path: string): Promise<void>
}

export interface Table {
  readonly partitions: ReadonlySet<string>
  readonly columns: string
  readonly pending: readonly string[] | 'overflow'
}
/** By `catalog table`. */
export type Truth = ReadonlyMap<string, Table>

export interface World {
  readonly database: string
  readonly config: object
  readonly stores: Readonly<Record<Side, Store>>
  readonly proxies: Readonly<Record<Server, FaultyWay>>
  truth(): Promise<Truth>
  close(): Promise<void>
}

const addressOf = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) })

const TARGETS = {
  nameNode: addressOf(stack.hdfs.webhdfs),
  metastore: stack.metastore,
  metastore3: stack.metastore3,
  hive: stack.hiveserver2,
  aws: addressOf(stack.glue.endpoint),
  trino: addressOf(stack.trino.url),
  presto: addressOf(stack.presto.url),
} as const

export async function openWorld(database: string): Promise<World> {
  const local = await mkdtemp(join(tmpdir(), 'goldsync-hunt-'))
  const bucket = database.replaceAll('_', '-')
  await s3.bucket(bucket)
  const stores = {
    premise: hdfsStore(`/golden/${database}`),
    hive: hdfsStore(`/golden/${database}_hs2`),
    cloud: s3Store(bucket),
    local: localStore(join(local, 'lake')),
  }
  const servers = Object.keys(TARGETS) as Server[]
  const proxies = Object.fromEntries(
    await Promise.all(servers.map(async name => [name, await faultyWay(TARGETS[name])] as const)),
  ) as Record<Server, FaultyWay>
  const direct = Object.fromEntries(servers.map(name => [name, TARGETS[name].port])) as Ports
  const relayed = Object.fromEntries(servers.map(name => [name, proxies[name].port])) as Ports
  const config = configFor(relayed, database, stores, join(local, 'catalog.duckdb'), SHORT)
  const truth = configFor(direct, database, stores, join(local, 'catalog.duckdb'), LONG)
  return {
    database,
    config,
    stores,
    proxies,
    truth: () => lookAt(truth),
    close: async () => {
      await Promise.all(Object.values(proxies).map(one => one.close()))
      await hiveRows(`DROP DATABASE IF EXISTS ${database}_hs2 CASCADE`)
      await dropDatabases(stack.metastore, database)
      await dropDatabases(stack.metastore3, database)
      await awsGlue.drop(database)
      await s3.clear(bucket)
      for (const path of [`/golden/${database}`, `/golden/${database}_hs2`]) await hdfs.rm(path)
      await rm(local, { recursive: true })
    },
  }
}

type Ports = Readonly<Record<Server, number>>

/** Of the runs: a server that hangs shall not hold the hunt. */
const SHORT = { connect: 8_000, answer: 8_000, statement: 20_000 }
/** Of what they are judged by: a server that is slow on a busy machine has to answer. */
const LONG = { connect: 120_000, answer: 300_000, statement: 600_000 }

function configFor(
  ports: Ports,
  database: string,
  stores: World['stores'],
  duckdb: string,
  { connect, answer, statement }: typeof SHORT,
) {
  const at = (server: Server) => `http://127.0.0.1:${ports[server]}`
  const limits = { connectTimeout: connect, timeout: statement }
  const hdfsAt = { ...hdfsStorage, namenodes: [at('nameNode')], timeout: answer }
  const lake = (side: Side, catalogs: string[], more = {}) => ({
    location: stores[side].location,
    database: side === 'hive' ? `${database}_hs2` : database,
    createDatabase: true,
    catalogs,
    ...more,
  })
  return {
    lakes: [
      lake('premise', ['hive4', 'hive3'], { storage: hdfsAt }),
      lake('hive', ['hs2'], { storage: hdfsAt }),
      lake('cloud', ['glue'], { storage: { ...s3Storage, endpoint: at('aws'), timeout: answer } }),
      lake('local', ['duck']),
    ],
    catalogs: {
      hive4: { ...metastoreConfig('metastore'), uris: `thrift://127.0.0.1:${ports.metastore}`, ...limits },
      hive3: { ...metastoreConfig('metastore3'), uris: `thrift://127.0.0.1:${ports.metastore3}`, ...limits },
      hs2: { ...hiveConfig, port: ports.hive, connectTimeout: connect },
      glue: { ...glueConfig, endpoint: at('aws'), timeout: answer, attempts: 2 },
      duck: { kind: 'duckdb', file: duckdb },
    },
    engines: {
      trino: { ...trinoConfig, url: at('trino'), catalogs: ['hive4'], timeout: statement },
      cached: {
        ...trinoConfig,
        catalog: stack.trino.cachedCatalog,
        caching: true,
        url: at('trino'),
        catalogs: ['hive4'],
        timeout: statement,
      },
      presto: {
        kind: 'presto',
        url: at('presto'),
        catalog: stack.presto.catalog,
        catalogs: ['hive3'],
        timeout: statement,
      },
    },
  }
}

/** What the catalogs hold, asked by connections of their own. */
async function lookAt(config: object): Promise<Truth> {
  const connection = connect(configOf(config, 'the hunt', {}))
  try {
    const found = new Map<string, Table>()
    for (const lake of await connection.lakes())
      for (const catalog of lake.catalogs)
        for (const topic of TOPICS) {
          const table = await catalog.inspect({ database: lake.database, name: topic })
          if (table === undefined) continue
          const partitions = await catalog.partitions(table, { want: 'names' })
          found.set(`${catalog.name} ${lake.database}.${topic}`, {
            partitions: new Set(partitions.map(({ values }) => printValues(values))),
            columns: JSON.stringify(table.columns),
            pending: stateOf(table, Date.now()).pending,
          })
        }
    return found
  } finally {
    await connection.close()
  }
}

function remembering(
  location: string,
  put: (path: string, bytes: Uint8Array) => Promise<void>,
  remove: (path: string) => Promise<void>,
): Store {
  const files = new Map<string, Kind>()
  return {
    location,
    files,
    put: async (path, kind) => {
      await put(path, FILES[kind])
      files.set(path, kind)
    },
    remove: async path => {
      await remove(path)
      for (const file of [...files.keys()])
        if (file === path || file.startsWith(`${path}/`)) files.delete(file)
    },
  }
}

const hdfsStore = (root: string): Store =>
  remembering(
    hdfs.location(root),
    (path, bytes) => hdfs.put(`${root}/${path}`, bytes),
    path => hdfs.rm(`${root}/${path}`),
  )

const s3Store = (bucket: string): Store =>
  remembering(
    `s3://${bucket}/golden`,
    (path, bytes) => s3.put(bucket, `golden/${path}`, bytes),
    async path => {
      for (const key of await s3.keys(bucket, `golden/${path}`)) await s3.remove(bucket, key)
    },
  )

const localStore = (root: string): Store =>
  remembering(
    root,
    async (path, bytes) => {
      await mkdir(join(root, dirname(path)), { recursive: true })
      await writeFile(join(root, path), bytes)
    },
    path => rm(join(root, path), { recursive: true, force: true }),
  )
