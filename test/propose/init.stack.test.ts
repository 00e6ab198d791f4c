import { afterAll, expect, it } from 'vitest'
import { plan } from '../../functions/plan.ts'
import { configOf } from '../../shared/config/config.ts'
import { parseYaml } from '../../shared/config/yaml.ts'
import { connect } from '../../shared/function/connect.ts'
import { aroundOf, storageOf } from '../../shared/hosts/cli/around-lake.ts'
import { observeLake } from '../../shared/inspect/observe-lake.ts'
import { configText } from '../../shared/propose/config-text.ts'
import { propose } from '../../shared/propose/propose.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { FILES } from '../support/lake.ts'
import { openRecords } from '../support/records.ts'
import { describeStack, stack } from '../support/stack.ts'

const FOLDER = `/init-${process.pid}`

/** As the command does it. */
async function proposedFor(location: string, options: Parameters<typeof aroundOf>[1]): Promise<string> {
  const storage = await openStorage(location, storageOf(location, options, {}))
  try {
    return configText(propose(await observeLake(storage, location, 240_000)), aroundOf(location, options, {}))
  } finally {
    await storage.close()
  }
}

describeStack(['hdfs', 'metastore'], 'the config that is proposed for a lake on HDFS', () => {
  afterAll(() => hdfs.rm(FOLDER))

  it('is one that a plan takes at once', async () => {
    for (const folder of ['orders/20261120/06', 'orders/20261121/23', 'clicks/20261120/07'])
      await hdfs.put(`${FOLDER}/${folder}/a.parquet`, FILES.v1)
    const text = await proposedFor(hdfs.location(FOLDER), {
      namenode: hdfsStorage.namenodes,
      user: hdfsStorage.user,
      metastore: `thrift://${stack.metastore.host}:${stack.metastore.port}`,
    })
    expect(text).toContain('layout: "{topic}/{yyyy}{MM}{dd}/{HH}"')
    const connection = connect(configOf(parseYaml(text, 'proposed'), 'proposed', {}))
    try {
      const { log } = openRecords()
      const outcome = await plan.invoke({ id: 'init', params: {} }, { lakes: connection.lakes, log })
      expect(outcome).toMatchObject({ status: 'ok', report: { failures: [], diagnostics: [] } })
      const { tables } = (outcome as { report: { tables: readonly { outcome: string }[] } }).report
      expect(tables.map(table => table.outcome)).toEqual(['planned', 'planned'])
    } finally {
      await connection.close()
    }
  })
})
