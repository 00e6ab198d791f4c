import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness, Refusal } from '../conformance/catalog-support.ts'
import { hdfs } from '../support/hdfs.ts'
import { writeToHdfs } from '../support/hdfs-rows.ts'
import { columnsWithStatistics } from '../support/hive-statistics.ts'
import { isLimited, type Limit } from '../support/limits.ts'
import { dropDatabases, setStatistics } from '../support/metastore.ts'
import { closedPort } from '../support/net.ts'
import { refuseInMetastore } from '../support/refusing.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

const SERVERS = [
  { version: stack.metastore.version, component: 'metastore', catalog: stack.trino.catalog },
  { version: stack.metastore3.version, component: 'metastore3', catalog: stack.trino.hive3Catalog },
] as const

type Server = (typeof SERVERS)[number]

const options = ({ component }: Server, more: object = {}) => {
  const { host, port } = stack[component]
  return metastoreOptions.parse({ kind: 'metastore', uris: `thrift://${host}:${port}`, ...more })
}

/** How goldsync refuses what some servers cannot do. */
const REFUSALS: Partial<Record<Limit, Refusal>> = {
  'nested-types': {
    code: 'CONFLICT',
    hint: /hive\.metastore\.disallow\.incompatible\.col\.type\.changes=false/,
  },
  'other-scripts': { code: 'UNSUPPORTED', hint: /docs\/compatibility\.md/ },
}

for (const server of SERVERS) {
  describeStack(['hdfs', server.component, 'trino', 'python'], `metastore, Hive ${server.version}`, () => {
    describeCatalog(`metastore ${server.version}`, () => harness(server))
  })
}

/** Folders and files on HDFS, by pyarrow; rows counted by Trino. */
async function harness(server: Server): Promise<CatalogHarness> {
  const database = `hms_${server.component}_${process.pid}`
  const folder = `/golden/${database}`
  const local = await mkdtemp(join(tmpdir(), 'metastore-'))
  const trino = trinoClient({
    url: stack.trino.url,
    catalog: server.catalog,
    user: 'hive',
    tls: {},
    timeout: ENDLESS,
  })
  await hdfs.mkdir(folder)
  await hdfs.chmod(folder, '777')
  return {
    catalog: async () => openMetastore('hive', options(server)),
    database,
    location: path => hdfs.location(`${folder}/${path}`),
    unreachable: async () =>
      openMetastore('gone', options(server, { uris: `thrift://127.0.0.1:${await closedPort()}` })),
    data: {
      write: writeToHdfs(local),
      count: async ({ database, name }) => {
        const [row] = await trino.query(`SELECT count(*) FROM "${server.catalog}"."${database}"."${name}"`)
        return Number(row?.[0])
      },
    },
    limits: Object.fromEntries(Object.entries(REFUSALS).filter(([limit]) => isLimited(limit as Limit))),
    // A database that is not PostgreSQL is not looked into.
    ...(stack.postgres[server.component]
      ? {
          statistics: {
            set: (table, values, columns) =>
              setStatistics(stack[server.component], table, `key=${values}`, columns),
            columns: (table, values) => columnsWithStatistics(server.component, table, `key=${values}`),
          },
          refusing: async () => ({
            catalog: openMetastore('hive', options(server)),
            value: 'unwelcome',
            // Hive 3 tries a request that its database refuses ten times, with pauses of 2 s.
            ...(server.component === 'metastore3' ? { many: 2 } : {}),
            mend: await refuseInMetastore(server.component, database, 'unwelcome'),
          }),
        }
      : {}),
    cleanup: async () => {
      await dropDatabases(stack[server.component], database, `${database}_2`)
      await Promise.all([hdfs.rm(folder), rm(local, { recursive: true })])
    },
  }
}
