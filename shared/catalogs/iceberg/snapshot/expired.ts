/** Snapshots that a table keeps no longer, as Iceberg's library tells (RemoveSnapshots): pure. */
import type { Snapshot, SnapshotReference, TableMetadata } from '../../../iceberg/metadata.ts'
import { currentSnapshot, MAIN } from '../../../iceberg/stage.ts'
import type { Parameters } from '../../../schema/table.ts'

const AGE = 'history.expire.max-snapshot-age-ms'
const COUNT = 'history.expire.min-snapshots-to-keep'

/** Iceberg's own: five days, and one. */
const FIVE_DAYS = 432_000_000

/**
 * Those older than the table's `history.expire.max-snapshot-age-ms`, but for the newest of each branch, `history.expire.min-snapshots-to-keep`
 * of them. Branches may have limits of their own. Never one that a branch or a tag names.
 * @param now epoch milliseconds
 */
export function expiredSnapshots(metadata: TableMetadata, now: number): readonly bigint[] {
  const { snapshots = [], properties = {} } = metadata
  const usual = { age: numberOf(properties, AGE) ?? FIVE_DAYS, count: numberOf(properties, COUNT) ?? 1 }
  const byId = new Map(snapshots.map(snapshot => [snapshot['snapshot-id'], snapshot]))
  const kept = new Set<bigint>()
  const ofBranches = new Set<bigint>()
  for (const { type, ...reference } of referencesOf(metadata)) {
    const id = reference['snapshot-id']
    kept.add(id)
    if (type === 'tag') continue
    const { age = usual.age, count = usual.count } = limitsOf(reference)
    let isKept = true
    for (const [nth, snapshot] of ancestors(byId, id).entries()) {
      isKept &&= nth < count || snapshot['timestamp-ms'] >= now - age
      if (isKept) kept.add(snapshot['snapshot-id'])
      ofBranches.add(snapshot['snapshot-id'])
    }
  }
  const isExpired = ({ 'snapshot-id': id, 'timestamp-ms': time }: Snapshot) =>
    !kept.has(id) && (ofBranches.has(id) || time < now - usual.age)
  return snapshots.filter(isExpired).map(snapshot => snapshot['snapshot-id'])
}

/** Metadata of old writers have a current snapshot and no references. */
function referencesOf(metadata: TableMetadata): readonly SnapshotReference[] {
  const current = currentSnapshot(metadata)
  const main: SnapshotReference[] =
    current && metadata.refs?.[MAIN] === undefined
      ? [{ type: 'branch', 'snapshot-id': current['snapshot-id'] }]
      : []
  return [...Object.values(metadata.refs ?? {}), ...main]
}

const limitsOf = (reference: object): { readonly age?: number; readonly count?: number } => {
  const { 'max-snapshot-age-ms': age, 'min-snapshots-to-keep': count } = reference as Record<string, unknown>
  return {
    ...(age === undefined ? {} : { age: Number(age) }),
    ...(count === undefined ? {} : { count: Number(count) }),
  }
}

/** Newest first, with itself. */
function ancestors(byId: ReadonlyMap<bigint, Snapshot>, head: bigint): readonly Snapshot[] {
  const all = new Set<Snapshot>()
  for (let at = byId.get(head); at && !all.has(at); ) {
    all.add(at)
    const parent = at['parent-snapshot-id']
    at = parent === undefined ? undefined : byId.get(parent)
  }
  return [...all]
}

function numberOf(properties: Parameters, name: string): number | undefined {
  const number = Number(properties[name] ?? Number.NaN)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
