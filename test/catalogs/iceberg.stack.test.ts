import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openIceberg } from '../../shared/catalogs/iceberg/open-iceberg.ts'
import { icebergOptions } from '../../shared/catalogs/iceberg/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { writeToHdfs } from '../support/hdfs-rows.ts'
import { dropInRest } from '../support/iceberg-rest.ts'
import { dropDatabases } from '../support/metastore.ts'
import { closedPort } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

interface Server {
  readonly title: string
  readonly component: 'metastore' | 'metastore3' | 'iceberg'
  /** Trino's catalog over it. */
  readonly trino: string
}

const SERVERS: readonly Server[] = [
  {
    title: `Hive ${stack.metastore.version}`,
    component: 'metastore',
    trino: stack.trino.icebergCatalog,
  },
  {
    title: `Hive ${stack.metastore3.version}`,
    component: 'metastore3',
    trino: stack.trino.iceberg3Catalog,
  },
  { title: 'a REST catalog', component: 'iceberg', trino: stack.trino.lakehouseCatalog },
]

function tablesOf({ component }: Server, port?: number): object {
  if (component === 'iceberg')
    return { in: 'rest', uri: port === undefined ? stack.iceberg.rest : `http://127.0.0.1:${port}` }
  const { host, port: usual } = stack[component]
  return { in: 'hive', uris: `thrift://${host}:${port ?? usual}` }
}

async function drop({ component }: Server, databases: readonly string[]): Promise<void> {
  if (component !== 'iceberg') return dropDatabases(stack[component], ...databases)
  for (const database of databases) await dropInRest(database)
}

for (const server of SERVERS) {
  describeStack(['hdfs', server.component, 'trino', 'python'], `iceberg, ${server.title}`, () => {
    describeCatalog(`iceberg, ${server.title}`, () => harness(server))
  })
}

/** Metadata, folders and files on HDFS, by pyarrow; rows counted by Trino. */
async function harness(server: Server): Promise<CatalogHarness> {
  const database = `ice_${server.component}_${process.pid}`
  const folder = `/golden/${database}`
  const local = await mkdtemp(join(tmpdir(), 'iceberg-'))
  const metadata = hdfs.location(`${folder}_iceberg`)
  const open = (tables: object) =>
    openIceberg('ice', icebergOptions.parse({ kind: 'iceberg', tables, metadata, storage: hdfsStorage }))
  const trino = trinoClient({
    url: stack.trino.url,
    catalog: server.trino,
    user: 'hive',
    tls: {},
    timeout: ENDLESS,
  })
  await hdfs.mkdir(folder)
  await hdfs.chmod(folder, '777')
  return {
    catalog: () => open(tablesOf(server)),
    database,
    location: path => hdfs.location(`${folder}/${path}`),
    unreachable: async () => open(tablesOf(server, await closedPort())),
    together: true,
    data: {
      write: writeToHdfs(local),
      count: async ({ database, name }) => {
        const [row] = await trino.query(`SELECT count(*) FROM "${server.trino}"."${database}"."${name}"`)
        return Number(row?.[0])
      },
    },
    cleanup: async () => {
      await drop(server, [database, `${database}_2`])
      await Promise.all([
        hdfs.rm(folder),
        hdfs.rm(`${folder}_iceberg`),
        rm(local, { recursive: true, force: true }),
      ])
    },
  }
}
