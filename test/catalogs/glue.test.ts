import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { describeCatalog } from '../conformance/catalog.ts'
import type { CatalogHarness } from '../conformance/catalog-support.ts'
import { fakeGlue } from '../support/fake-glue.ts'
import { closedPort } from '../support/net.ts'
import { ENDLESS } from '../support/waiting.ts'

const options = (endpoint: string, more: object = {}) =>
  glueOptions.parse({
    kind: 'glue',
    timeout: ENDLESS,
    endpoint,
    accessKeyId: 'test',
    secretAccessKey: 'test',
    ...more,
  })

/** The fake checks what moto does not: the limits of batches, versions, segments and pages. */
describeCatalog('glue, on a strict fake', async (): Promise<CatalogHarness> => {
  const glue = await fakeGlue()
  return {
    catalog: async () => openGlue('cloud', options(glue.endpoint)),
    database: 'golden',
    location: path => `s3://lake/${path}`,
    unreachable: async () =>
      openGlue('gone', options(`http://127.0.0.1:${await closedPort()}`, { attempts: 2 })),
    statistics: {
      set: async ({ database, name }, values, columns) => glue.describe(database, name, values, columns),
      columns: async ({ database, name }, values) => glue.described(database, name, values),
    },
    refusing: async () => {
      const value = 'unwelcome'
      const isRefused = (operation: string, values: readonly string[]) =>
        operation === 'BatchCreatePartition' && values.includes(value)
      glue.cause({
        item: (operation, values) => (isRefused(operation, values) ? 'InvalidInputException' : undefined),
      })
      const mend = async () => glue.cause({})
      return { catalog: openGlue('cloud', options(glue.endpoint)), value, mend }
    },
    cleanup: () => glue.close(),
  }
})
