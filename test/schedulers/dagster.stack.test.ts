/** deploy/examples/dagster/orders.py as it stands, in a real Dagster, behind goldsync. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeStack, stack } from '../support/stack.ts'
import { type Hours, inTheEnd, makeHours, PATIENT } from './hours.ts'

const { url } = stack.dagster

interface Materialization {
  readonly partition: string
  /** Epoch milliseconds, as text. */
  readonly timestamp: string
  readonly runId: string
  readonly metadataEntries: readonly { readonly label: string; readonly text?: string }[]
}

const QUERY = `query Found($asset: AssetKeyInput!) {
  assetOrError(assetKey: $asset) { ... on Asset { assetMaterializations(limit: 50) {
    partition timestamp runId metadataEntries { label ... on TextMetadataEntry { text } }
  } } }
}`

/** Since a time, the newest first. */
async function materializations(
  asset: readonly string[],
  since: number,
): Promise<readonly Materialization[]> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { asset: { path: asset } } }),
  })
  const { data } = (await response.json()) as {
    data: { assetOrError: { assetMaterializations?: readonly Materialization[] } }
  }
  const all = data.assetOrError.assetMaterializations ?? []
  return all.filter(({ timestamp }) => Number(timestamp) >= since)
}

describeStack(['dagster'], 'Dagster', () => {
  let hours: Hours
  beforeAll(async () => {
    hours = await makeHours({ dagster: { kind: 'dagster', url } })
  })
  afterAll(() => hours.remove())

  it(
    'has a materialization for each hour that goldsync has registered, and makes of each what depends on it',
    PATIENT,
    async () => {
      const began = Date.now()
      const report = await hours.scan()
      expect(report.tables).toMatchObject([{ partitions: { added: 2, held: 1 } }])
      expect(report.diagnostics.filter(({ code }) => code.startsWith('SCHEDULER_'))).toEqual([])
      const told = await materializations(['golden', 'orders'], began)
      expect(told.map(({ partition }) => partition)).toEqual(['2026-11-20-07:00', '2026-11-20-06:00'])
      const texts = Object.fromEntries(told[0]!.metadataEntries.map(({ label, text }) => [label, text]))
      expect(texts).toMatchObject({
        'dagster/table_name': 'golden.orders',
        partition: '2026/11/20/07',
        catalog: 'duckdb',
      })
      await inTheEnd(async () => {
        const made = await materializations(['orders_report'], began)
        expect(made.map(({ partition }) => partition).sort()).toEqual([
          '2026-11-20-06:00',
          '2026-11-20-07:00',
        ])
      })
    },
  )
})
