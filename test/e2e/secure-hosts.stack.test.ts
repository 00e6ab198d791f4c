/** The platforms on a secure cluster: an OpenWhisk action without native code by a file of tokens, the image's entry by a keytab. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { encodeTokenFile, parseToken } from '../../shared/credentials/hadoop-token.ts'
import { startAction } from '../support/hosts.ts'
import {
  byKeytab,
  dropSecure,
  folderOf,
  layFile,
  removeFolder,
  secureConfig,
  startSecure,
} from '../support/secure-e2e.ts'
import { secureHdfs, tokenOf } from '../support/secure-hdfs.ts'
import { secure } from '../support/secure-stack.ts'
import { shipped } from '../support/shipped.ts'
import { describeStack } from '../support/stack.ts'

const NAME = `secure_hosts_${process.pid}`
const LAKE = `${secure.hdfs.lake}/${NAME}`
const location = secureHdfs.location(LAKE)
/** No settings of Kerberos: what is done needs none. */
const NONE = { KRB5_CONFIG: '/nonexistent' }

describeStack(['secure:kdc', 'secure:hdfs', 'secure:metastore'], 'a secure cluster', () => {
  let folder: string

  beforeAll(async () => {
    folder = await folderOf('secure-hosts')
    await layFile(`${LAKE}/orders/2026/11/20/06/part-0.parquet`)
    await layFile(`${LAKE}/orders/2026/11/20/07/part-0.parquet`)
  })

  afterAll(async () => {
    await dropSecure(...['zip', 'none', 'image'].map(each => `${NAME}_${each}`))
    await secureHdfs.rm(LAKE)
    await removeFolder(folder)
  })

  it('is scanned by the OpenWhisk zip with a file of tokens, and by no keytab: the zip has no native code', async () => {
    const action = await startAction(await shipped('openwhisk'), 'scan', NONE)
    try {
      const file = join(folder, 'tokens')
      const options = secureConfig({ location, database: `${NAME}_zip`, auth: byKeytab('goldsync') })
      const catalog = openMetastore('hive', metastoreOptions.parse(options.catalogs.hive))
      const hive = await catalog.delegationToken?.()
      await catalog.close()
      await writeFile(file, encodeTokenFile([hive!, parseToken(await tokenOf('goldsync'), 'lake')]))
      const auth = { kind: 'token', file }
      const run = (how: object) => {
        const config = secureConfig({ location, database: `${NAME}_zip`, ...how } as never)
        return action.run({ GOLDSYNC_CONFIG: { ...config, server: undefined, webhook: undefined } })
      }
      const { result } = await run({ auth: { storage: auth, catalog: auth } })
      expect(result).toMatchObject({
        status: 'ok',
        report: { tables: [{ outcome: 'changed', partitions: { added: 2 } }] },
      })
      const refused = await run({ auth: byKeytab('goldsync'), database: `${NAME}_none` })
      expect(JSON.stringify(refused.result)).toMatch(/MISSING_PACKAGE.*auth: \{kind: token\}/)
    } finally {
      await action.stop()
    }
  })

  it("is scanned by the image's entry with a keytab", async () => {
    const config = secureConfig({ location, database: `${NAME}_image`, auth: byKeytab('goldsync') })
    const server = await startSecure(
      await shipped('server'),
      { ...config, server: { exposure: 'cluster-local' } },
      { KRB5_CONFIG: secure.krb5Config },
    )
    try {
      const response = await fetch(`${server.url}/invoke/scan`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
      expect(await response.json()).toMatchObject({
        status: 'ok',
        report: { tables: [{ outcome: 'changed', partitions: { added: 2 } }] },
      })
    } finally {
      await server.stop()
    }
  })
})
