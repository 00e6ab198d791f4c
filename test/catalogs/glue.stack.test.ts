import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { closedPort } from '../support/net.ts'
import { refusingGlue } from '../support/refusing.ts'
import { describeStack, stack } from '../support/stack.ts'

const options = (more: object = {}) =>
  glueOptions.parse({
    kind: 'glue',
    endpoint: stack.glue.endpoint,
    accessKeyId: 'test',
    secretAccessKey: 'test',
    ...more,
  })

describeStack(['glue'], 'glue on moto', () => {
  describeCatalog('glue', async (): Promise<CatalogHarness> => {
    const database = `glue_${process.pid}`
    const proxy = await refusingGlue('unwelcome')
    return {
      catalog: async () => openGlue('cloud', options()),
      database,
      location: path => `s3://${database}/${path}`,
      unreachable: async () =>
        openGlue('gone', options({ endpoint: `http://127.0.0.1:${await closedPort()}`, attempts: 2 })),
      refusing: async () => {
        const { endpoint, mend } = proxy
        return {
          catalog: openGlue('cloud', options({ endpoint })),
          value: 'unwelcome',
          mend: async () => mend(),
        }
      },
      cleanup: async () => {
        await Promise.all([proxy.close(), dropDatabases(database, `${database}_2`)])
      },
    }
  })
})

/** With all their tables, as Glue does. */
async function dropDatabases(...names: string[]): Promise<void> {
  const { DeleteDatabaseCommand, GlueClient } = await import('@aws-sdk/client-glue')
  const { endpoint } = stack.glue
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const glue = new GlueClient({ endpoint, region: 'us-east-1', credentials })
  for (const Name of names) await glue.send(new DeleteDatabaseCommand({ Name })).catch(() => undefined)
  glue.destroy()
}
