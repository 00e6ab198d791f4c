import { describe, expect, it } from 'vitest'
import { testLake } from '../support/lake.ts'
import type { Subject } from './catalog-support.ts'

/** Of every server, with GOLDSYNC_REFUSED=1000: minutes on those that name fewer. */
const MANY = Number(process.env.GOLDSYNC_REFUSED ?? 0)

/** Milliseconds, against hangs: Hive SQL takes seconds for each statement of hundreds of partitions, and refuses some of them. */
const LIMIT = 1_200_000

/** One partition never blocks a table. */
export function refusalBehaviour({ harness }: Subject): void {
  describe('of many partitions', () => {
    it(
      'one that is refused is held back, the others are registered, and the next run is idle',
      async ({ skip }) => {
        const { database, location } = harness()
        const refusing = await harness().refusing?.()
        if (refusing === undefined) return skip()
        const many = MANY || (refusing.many ?? 1000)
        let applied = 0
        const catalog = {
          ...refusing.catalog,
          apply: (...all: Parameters<typeof refusing.catalog.apply>) => {
            applied += 1
            return refusing.catalog.apply(...all)
          },
        }
        const more = {
          catalogs: [catalog],
          database,
          createDatabase: false,
          locationIn: () => location('many'),
        }
        const lake = testLake({
          layout: '{topic}/{source}/{yyyy}-{MM}-{dd}',
          more: { ...more, ...refusing.lake },
        })
        const put = refusing.put ?? ((path: string) => lake.put(path, 'v1', lake.clock.now - 7_200_000))
        const sources = Array.from({ length: many - 1 }, (_, at) => `s${String(at).padStart(3, '0')}`)
        for (const source of [...sources, refusing.value]) await put(`many/${source}/2019-09-01/a.parquet`)
        try {
          const first = lake.table(await lake.scan())
          expect(first.error).toBeUndefined()
          const path = `${refusing.value}/2019-09-01`
          expect(first).toMatchObject({
            partitions: { added: many - 1, held: 1 },
            held: [path],
            pending: [path],
          })
          expect(first.outcome).toBe('changed')
          const told = first.diagnostics.filter(({ code }) => code === 'PARTITION_REFUSED')
          expect(told).toMatchObject([
            { severity: 'warning', partition: expect.stringContaining(refusing.value) },
          ])
          const table = { database, name: 'many' }
          const registered = async () => {
            const found = await catalog.inspect(table)
            return catalog.partitions(found!, { want: 'names' })
          }
          expect(await registered()).toHaveLength(many - 1)
          applied = 0
          expect(lake.table(await lake.scan())).toMatchObject({
            outcome: 'unchanged',
            steps: [],
            files: 0,
            held: [path],
          })
          expect(applied).toBe(0)
          if (refusing.mend === undefined) return
          await refusing.mend()
          expect(lake.table(await lake.scan({ mode: 'full' }))).toMatchObject({
            partitions: { added: 1 },
            held: [],
          })
          expect(await registered()).toHaveLength(many)
        } finally {
          await refusing.mend?.()
          await catalog.close()
        }
      },
      LIMIT,
    )
  })
}
