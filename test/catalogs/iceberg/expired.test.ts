import { describe, expect, it } from 'vitest'
import { expiredSnapshots } from '../../../shared/catalogs/iceberg/snapshot/expired.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import type { SnapshotReference, TableMetadata } from '../../../shared/iceberg/metadata.ts'
import { newTable } from '../../../shared/iceberg/stage.ts'
import type { Parameters } from '../../../shared/schema/table.ts'

const DAY = 86_400_000
const NOW = 100 * DAY

/** Snapshots 1, 2, …, each the parent of the next, of these ages in days; the last is the current one. */
function tableOf(ages: readonly number[], properties: Parameters = {}, refs?: TableMetadata['refs']) {
  const made = applyStaged(
    undefined,
    newTable({
      ...{ uuid: 'u', location: 'memory://meta/orders', lastColumnId: 0, properties },
      schema: { type: 'struct', 'schema-id': 0, fields: [] },
      spec: { 'spec-id': 0, fields: [] },
    }),
    { now: 1 },
  )
  const current = BigInt(ages.length)
  const snapshots = ages.map((age, at) => ({
    ...{ 'snapshot-id': BigInt(at + 1), 'sequence-number': at + 1, 'timestamp-ms': NOW - age * DAY },
    ...{ 'manifest-list': `${at}.avro`, summary: { operation: 'append' as const } },
    ...(at === 0 ? {} : { 'parent-snapshot-id': BigInt(at) }),
  }))
  const main: SnapshotReference = { type: 'branch', 'snapshot-id': current }
  return { ...made, snapshots, 'current-snapshot-id': current, refs: { main, ...refs } } as TableMetadata
}
const of = (...given: Parameters_) => expiredSnapshots(tableOf(...given), NOW).map(Number)
type Parameters_ = [
  ages: readonly number[],
  properties?: Parameters,
  refs?: Record<string, SnapshotReference>,
]

describe('snapshots that expire', () => {
  it('are those of five days and more, but for the current one', () => {
    expect(of([9, 6, 4, 1])).toEqual([1, 2])
    expect(of([9, 8, 7])).toEqual([1, 2])
    expect(of([])).toEqual([])
    const old = { ...tableOf([9, 8]), refs: undefined } as unknown as TableMetadata
    expect(expiredSnapshots(old, NOW)).toEqual([1n])
  })

  it('are told by the properties of the table', () => {
    const age = (days: number) => ({ 'history.expire.max-snapshot-age-ms': String(days * DAY) })
    expect(of([9, 6, 4, 1], age(2))).toEqual([1, 2, 3])
    expect(of([9, 6, 4, 1], age(0))).toEqual([1, 2, 3])
    expect(of([9, 6, 4, 1], { ...age(2), 'history.expire.min-snapshots-to-keep': '3' })).toEqual([1])
    expect(of([9, 6, 4, 1], { 'history.expire.max-snapshot-age-ms': '5 days' })).toEqual([1, 2])
  })

  it('are not those that tags and branches name, nor what a branch keeps of its own', () => {
    expect(of([9, 8, 7, 1], {}, { audit: { type: 'tag', 'snapshot-id': 2n } })).toEqual([1, 3])
    expect(of([9, 8, 7, 1], {}, { other: { type: 'branch', 'snapshot-id': 2n } })).toEqual([1, 3])
    const keeping = { type: 'branch', 'snapshot-id': 3n, 'min-snapshots-to-keep': 2 } as const
    expect(of([9, 8, 7, 1], {}, { other: keeping })).toEqual([1])
    const long = { type: 'branch', 'snapshot-id': 4n, 'max-snapshot-age-ms': 20 * DAY } as const
    expect(of([9, 8, 7, 1], {}, { main: long })).toEqual([])
  })

  it('are those of no branch, too', () => {
    const { snapshots = [], ...table } = tableOf([9, 6, 3, 1])
    const rolledBack = snapshots.map(one =>
      one['snapshot-id'] === 4n ? { ...one, 'parent-snapshot-id': 1n } : one,
    )
    expect(expiredSnapshots({ ...table, snapshots: rolledBack } as TableMetadata, NOW)).toEqual([1n, 2n])
  })
})
