import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, inject, it } from 'vitest'
import { type SecureComponent, secureAddresses } from './secure-stack.ts'

/** The servers that `npm run stack -- up …` starts (test/stack) and what tests need to know of each. */
export type Component =
  | 'hdfs'
  | 'postgres'
  | 'metastore'
  | 'metastore3'
  | 'hiveserver2'
  | 'trino'
  | 'trino_next'
  | 'presto'
  | 'glue'
  | 'python'
  | 'writers'
  | 'helm'
  | 'collector'
  | 'iceberg'
  | 'pyiceberg'
  | 'iceberg_clients'
  | 'airflow'
  | 'dagster'
  | SecureComponent

declare module 'vitest' {
  interface TaskMeta {
    /** What a skipped suite waits for; the summary at the end of a run reads it. */
    down?: readonly Component[]
  }
  interface ProvidedContext {
    readonly componentsUp: readonly Component[]
  }
}

const env = process.env
const home = env.STACK_HOME ?? join(homedir(), '.cache/golden-stack')

function addressOf(uri: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(uri)
  return { host: hostname, port: Number(port) }
}

/**
 * Addresses: the defaults of test/stack, or the variables that `npm run stack -- env` prints.
 * `hdfs.webhdfs` is the REST root without a trailing slash; `postgres` holds the metastores' tables.
 */
export const stack = {
  /** Where the stack keeps its downloads. */
  home,
  hdfs: {
    uri: env.HDFS_URI ?? 'hdfs://127.0.0.1:18020',
    webhdfs: env.WEBHDFS_URL ?? 'http://127.0.0.1:18070/webhdfs/v1',
    /** What goldsync reads by: the same NameNode, or gateways to it (the matrix). Tests write by `webhdfs`. */
    namenodes: (env.WEBHDFS_GATEWAY ?? env.WEBHDFS_URL ?? 'http://127.0.0.1:18070')
      .split(',')
      .map(address => address.replace(/\/webhdfs\/v1$/, '')),
    superuser: env.HDFS_SUPERUSER ?? 'hdfs',
  },
  metastore: {
    host: env.HMS_HOST ?? '127.0.0.1',
    port: Number(env.HMS_PORT ?? 18083),
    /** Another where the matrix has put another server there (test/stack/matrix). */
    version: env.HMS_VERSION ?? '4.0.1',
  },
  /** Hive 3: only when named, `npm run stack -- up metastore3`. */
  metastore3: { ...addressOf(env.HMS3_URI ?? 'thrift://127.0.0.1:18093'), version: '3.1.3' },
  hiveserver2: {
    host: env.HS2_HOST ?? '127.0.0.1',
    port: Number(env.HS2_PORT ?? 18100),
    auth: env.HS2_AUTH ?? 'NONE',
    username: 'hive',
    password: 'any',
  },
  trino: {
    url: env.TRINO_URL ?? 'http://127.0.0.1:18080',
    catalog: env.TRINO_CATALOG ?? 'hive',
    /** Over `metastore3`. */
    hive3Catalog: env.TRINO_HIVE3_CATALOG ?? 'hive3',
    /** The same metastore behind a cache of one hour: what a refresh is for. */
    cachedCatalog: env.TRINO_CACHED_CATALOG ?? 'hive_cached',
    /** Iceberg's connector over `metastore`, `metastore3` and the REST catalog. */
    icebergCatalog: env.TRINO_ICEBERG_CATALOG ?? 'iceberg',
    iceberg3Catalog: env.TRINO_ICEBERG3_CATALOG ?? 'iceberg3',
    lakehouseCatalog: env.TRINO_LAKEHOUSE_CATALOG ?? 'lakehouse',
  },
  /** A newer Trino with the same catalogs: only when named, `npm run stack -- up trino_next`. */
  trinoNext: { url: env.TRINO_NEXT_URL ?? 'http://127.0.0.1:18082' },
  /** Over `metastore3`: only when named, `npm run stack -- up presto`. */
  presto: { url: env.PRESTO_URL ?? 'http://127.0.0.1:18081', catalog: 'hive' },
  postgres: {
    metastore: env.METASTORE_DB_URL ?? 'postgresql://hive@127.0.0.1:18432/metastore',
    metastore3: env.METASTORE3_DB_URL ?? 'postgresql://hive@127.0.0.1:18432/metastore3',
  },
  glue: { endpoint: env.GLUE_ENDPOINT ?? 'http://127.0.0.1:18500' },
  /** The same server, or another that speaks S3 (the matrix). */
  s3: {
    endpoint: env.S3_ENDPOINT ?? env.GLUE_ENDPOINT ?? 'http://127.0.0.1:18500',
    accessKeyId: env.S3_ACCESS_KEY_ID ?? 'test',
    secretAccessKey: env.S3_SECRET_ACCESS_KEY ?? 'test',
  },
  /** An interpreter with pyarrow and duckdb; with Spark, polars and fastparquet only when `writers` is named. */
  python: env.STACK_PYTHON ?? join(home, 'venv/bin/python'),
  iceberg: {
    /** The REST catalog. */
    rest: env.ICEBERG_REST_URL ?? 'http://127.0.0.1:18084',
    /** An interpreter with PyIceberg; with DuckDB's extension, and Spark's jar beside it, only when `iceberg_clients` is named. */
    python: env.STACK_PYICEBERG ?? join(home, 'venv-iceberg/bin/python'),
    /** Iceberg's runtime for Spark; only when `iceberg_clients` is named. */
    sparkJar:
      env.SPARK_ICEBERG_JAR ??
      join(
        home,
        'm2/org/apache/iceberg/iceberg-spark-runtime-4.0_2.13/1.10.1/iceberg-spark-runtime-4.0_2.13-1.10.1.jar',
      ),
  },
  /** Only when named: Airflow and Dagster with the examples of deploy/examples. */
  airflow: {
    url: env.AIRFLOW_URL ?? 'http://127.0.0.1:18640',
    user: env.AIRFLOW_USER ?? 'goldsync',
    password: env.AIRFLOW_PASSWORD ?? 'stack-goldsync',
    /** A folder in the path of its tasks. */
    bin: env.AIRFLOW_BIN ?? join(home, 'conf/airflow/bin'),
  },
  dagster: { url: env.DAGSTER_URL ?? 'http://127.0.0.1:18650' },
  /** Only when named: `npm run stack -- up helm`. */
  helm: env.STACK_HELM ?? join(home, 'dist/go/helm-4.3.2'),
  /** Only when named: `npm run stack -- up collector`. */
  collector: env.STACK_COLLECTOR ?? join(home, 'dist/go/collector-0.165.0'),
} as const

/** Whether goldsync changes tables of a metastore of this version under a lock, and not by compare-and-set. */
export const locksTables = (version: string): boolean => Number.parseInt(version, 10) < 4

/** Of the secure stack, what `.ci/run` starts: one storage and one catalog, each by Kerberos and by delegation tokens. */
const REQUIRED: ReadonlySet<Component> = new Set(['secure:kdc', 'secure:hdfs', 'secure:metastore'])

/**
 * A gigabyte to install, or to run, or minutes to build: what they tell of other writers' files, of newer engines, of most secure
 * servers, of schedulers or of the chart is asked for by hand.
 */
const ON_DEMAND: ReadonlySet<Component> = new Set([
  'writers',
  'helm',
  'collector',
  'trino_next',
  'iceberg_clients',
  'airflow',
  'dagster',
  ...(Object.keys(secureAddresses) as SecureComponent[]).filter(component => !REQUIRED.has(component)),
])

/**
 * A `describe` that needs real servers. When one is down it is a visible skip whose title says how to start it, or, with
 * GOLDSYNC_STACK=required, a failure.
 */
export function describeStack(needs: readonly Component[], title: string, body: () => void): void {
  const up = inject('componentsUp')
  const missing = needs.filter(component => !up.includes(component))
  if (missing.length === 0) {
    describe(title, body)
    return
  }
  const down = missing.join(', ')
  const start = startCommand(missing)
  if (env.GOLDSYNC_STACK !== 'required' || missing.every(component => ON_DEMAND.has(component))) {
    describe.skip(`${title} [down: ${down}; start: ${start}]`, { meta: { down: missing } }, body)
    return
  }
  describe(title, () => {
    it(`needs ${down}, as GOLDSYNC_STACK=required says`, () => {
      throw new Error(`${down} did not answer; start: ${start}`)
    })
  })
}

/** The command that starts these components. */
export const startCommand = (components: Iterable<string>): string =>
  `npm run stack -- up ${[...components].join(' ')}`
