/** What every catalog driver must do, each according to the capabilities it declares. */
import { afterAll, beforeAll, describe, expect } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import type { Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import { adoptionBehaviour } from './catalog-adoption.ts'
import { applyBehaviour } from './catalog-apply.ts'
import { dropBehaviour } from './catalog-drops.ts'
import { forgetBehaviour } from './catalog-forget.ts'
import { moveBehaviour } from './catalog-moves.ts'
import { partitionBehaviour } from './catalog-partitions.ts'
import { refusalBehaviour } from './catalog-refused.ts'
import { renameBehaviour } from './catalog-rename.ts'
import { statisticsBehaviour } from './catalog-statistics.ts'
import { type CatalogHarness, expectRefusal, type Subject } from './catalog-support.ts'
import { tableBehaviour } from './catalog-tables.ts'
import { visibilityBehaviour } from './catalog-visibility.ts'

/** The conformance suite. @param open builds the harness once, before the first test */
export function describeCatalog(name: string, open: () => Promise<CatalogHarness>): void {
  describe(`catalog ${name}`, () => {
    let harness: CatalogHarness
    let catalog: Catalog
    let count = 0

    beforeAll(async () => {
      harness = await open()
      catalog = await harness.catalog()
      const { database } = harness
      const first = { database, name: 'none' }
      await catalog.apply(catalog.plan(first, [{ kind: 'createDatabase', database }]))
    })
    afterAll(async () => {
      await catalog?.close()
      await harness?.cleanup()
    })

    const subject: Subject = {
      harness: () => harness,
      catalog: () => catalog,
      table(change = {}) {
        count += 1
        const name = change.name ?? { database: harness.database, name: `t${count}` }
        return { ...plainTable(harness.location(`t${count}`)), name, ...change }
      },
      async created(change) {
        const table = subject.table(change)
        await subject.apply(table, { kind: 'createTable', table })
        return table
      },
      apply: (table, ...changes) => catalog.apply(catalog.plan(table.name, changes)),
      async inspect(table) {
        const found = await catalog.inspect(table.name)
        expect(found, `${table.name.name} should exist`).toBeDefined()
        return found as Table
      },
      async refused(limit, work) {
        const refusal = limit && harness.limits?.[limit]
        await (refusal ? expectRefusal(limit, refusal, work) : work)
        return refusal !== undefined
      },
    }

    tableBehaviour(subject)
    partitionBehaviour(subject)
    moveBehaviour(subject)
    dropBehaviour(subject)
    renameBehaviour(subject)
    forgetBehaviour(subject)
    applyBehaviour(subject)
    statisticsBehaviour(subject)
    visibilityBehaviour(subject)
    adoptionBehaviour(subject)
    refusalBehaviour(subject)
  })
}

const plainTable = (location: string): Omit<Table, 'name'> => ({
  kind: 'external',
  format: 'parquet',
  columns: columns('id bigint', 'name string'),
  partitionKeys: columns('key string'),
  location,
  parameters: {},
})
