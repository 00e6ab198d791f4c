/** What a table's metadata become by a commit: what catalogs do who keep nothing but a pointer to them (Table Spec, "Table Metadata"). */
import { GoldsyncError } from '../base/errors.ts'
import type {
  Snapshot,
  SnapshotReference,
  Staged,
  TableMetadata,
  TableRequirement,
  TableUpdate,
} from './metadata.ts'
import { withPrevious } from './metadata-log.ts'
import { expectEachIdOnce } from './paths.ts'
import { expectVersion, MAIN } from './stage.ts'

export interface Applying {
  /** Epoch milliseconds. */
  readonly now: number
  /** The file that the base was read from: it goes to the log of previous ones. */
  readonly metadataLocation?: string
}

/**
 * @param base undefined where the table is made
 * @throws GoldsyncError `CONFLICT` where a requirement is not met, `UNSUPPORTED` for tables of another format version, `INTERNAL` for a schema
 * with two fields of one id
 */
export function applyStaged(
  base: TableMetadata | undefined,
  { requirements, updates }: Staged,
  { now, metadataLocation }: Applying,
): TableMetadata {
  if (base) expectVersion(base)
  for (const requirement of requirements) expectMet(base, requirement)
  if (base === undefined && !requirements.some(({ type }) => type === 'assert-create'))
    throw new GoldsyncError('CONFLICT', 'the table is gone')
  const draft: Draft = { metadata: base ?? EMPTY, added: {}, moved: undefined }
  for (const update of updates) draft.metadata = { ...draft.metadata, ...apply(draft, update) }
  const touched = draft.moved ?? Math.max(now, base?.['last-updated-ms'] ?? 0)
  const after = { ...draft.metadata, 'last-updated-ms': touched }
  return base && metadataLocation ? withPrevious(after, metadataLocation, base['last-updated-ms']) : after
}

interface Draft {
  metadata: TableMetadata
  /** Numbers of what was added last. */
  readonly added: { schema?: number; spec?: number; order?: number }
  /** The time of a snapshot that was added. */
  moved: number | undefined
}

const EMPTY: TableMetadata = {
  'format-version': 1,
  'table-uuid': '',
  location: '',
  'last-sequence-number': 0,
  'last-updated-ms': 0,
  'last-column-id': 0,
  'current-schema-id': 0,
  schemas: [],
  'default-spec-id': 0,
  'partition-specs': [],
  'last-partition-id': 999,
  'default-sort-order-id': 0,
  'sort-orders': [],
  properties: {},
  'current-snapshot-id': -1n,
  refs: {},
  snapshots: [],
  'snapshot-log': [],
  'metadata-log': [],
}

function expectMet(base: TableMetadata | undefined, requirement: TableRequirement): void {
  const unmet = unmetBy(base, requirement)
  if (unmet === undefined) return
  throw new GoldsyncError('CONFLICT', `somebody else has committed to the table: ${unmet}`)
}

/** Why it is not met, or undefined. */
function unmetBy(base: TableMetadata | undefined, requirement: TableRequirement): string | undefined {
  if (requirement.type === 'assert-create') return base && 'it is there already'
  if (base === undefined) return 'it is gone'
  const expected = (what: string, have: unknown, want: unknown): string | undefined =>
    have === want ? undefined : `its ${what} is ${String(have)}, and was ${String(want)}`
  switch (requirement.type) {
    case 'assert-table-uuid':
      return expected('uuid', base['table-uuid'].toLowerCase(), requirement.uuid.toLowerCase())
    case 'assert-ref-snapshot-id':
      return expected(
        `snapshot of ${requirement.ref}`,
        snapshotOf(base, requirement.ref),
        requirement['snapshot-id'],
      )
    case 'assert-last-assigned-field-id':
      return expected('last column id', base['last-column-id'], requirement['last-assigned-field-id'])
    case 'assert-current-schema-id':
      return expected('schema', base['current-schema-id'], requirement['current-schema-id'])
    default:
      requirement satisfies never
      return `${JSON.stringify(requirement)} is not known`
  }
}

/** Metadata of old writers have a current snapshot and no references. */
function snapshotOf(
  { refs, 'current-snapshot-id': current = -1n }: TableMetadata,
  ref: string,
): bigint | null {
  const found = refs?.[ref]?.['snapshot-id']
  if (found !== undefined) return found
  return ref === MAIN && current !== -1n ? current : null
}

/** What it changes. */
type Changed = Partial<TableMetadata>

function apply(draft: Draft, update: TableUpdate): Changed {
  const { metadata } = draft
  switch (update.action) {
    case 'assign-uuid':
      return { 'table-uuid': update.uuid }
    case 'upgrade-format-version':
      return { 'format-version': update['format-version'] }
    case 'set-location':
      return { location: update.location }
    case 'set-properties':
      return { properties: { ...metadata.properties, ...update.updates } }
    case 'remove-properties':
      return { properties: without(metadata.properties ?? {}, update.removals) }
    case 'add-snapshot':
      return addSnapshot(draft, update.snapshot)
    case 'set-snapshot-ref': {
      const { action, 'ref-name': name, ...reference } = update
      return setReference(metadata, name, reference)
    }
    case 'remove-snapshots':
      return removeSnapshots(metadata, new Set(update['snapshot-ids']))
    default:
      return applyToStructure(draft, update)
  }
}

const without = <T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))

type Structural = Extract<
  TableUpdate,
  | { action: 'add-schema' | 'set-current-schema' }
  | { action: 'add-spec' | 'set-default-spec' }
  | { action: 'add-sort-order' | 'set-default-sort-order' }
>

function applyToStructure(draft: Draft, update: Structural): Changed {
  const { metadata, added } = draft
  switch (update.action) {
    case 'add-schema': {
      expectEachIdOnce(update.schema)
      added.schema = update.schema['schema-id']
      const schemas = [...others(metadata.schemas, 'schema-id', added.schema), update.schema]
      const lastColumnId = Math.max(metadata['last-column-id'], update['last-column-id'])
      return { schemas, 'last-column-id': lastColumnId }
    }
    case 'set-current-schema':
      return { 'current-schema-id': numberOf(update['schema-id'], added.schema, 'schema') }
    case 'add-spec': {
      added.spec = update.spec['spec-id']
      const specs = [...others(metadata['partition-specs'], 'spec-id', added.spec), update.spec]
      const fields = update.spec.fields.map(field => field['field-id'])
      const last = Math.max(metadata['last-partition-id'], ...fields)
      return { 'partition-specs': specs, 'last-partition-id': last }
    }
    case 'set-default-spec':
      return { 'default-spec-id': numberOf(update['spec-id'], added.spec, 'partition spec') }
    case 'add-sort-order': {
      const order = update['sort-order'] as { readonly 'order-id': number }
      added.order = order['order-id']
      return { 'sort-orders': [...metadata['sort-orders'], order] }
    }
    case 'set-default-sort-order':
      return {
        'default-sort-order-id': numberOf(update['sort-order-id'], added.order, 'sort order'),
      }
    default:
      throw new GoldsyncError(
        'UNSUPPORTED',
        `the update ${String((update as TableUpdate).action)} is not known`,
      )
  }
}

/** Numbers are given once. @throws GoldsyncError `CONFLICT` */
function others<K extends string, T extends { readonly [key in K]: number }>(
  all: readonly T[],
  key: K,
  id: number,
): readonly T[] {
  if (!all.some(one => one[key] === id)) return all
  throw new GoldsyncError('CONFLICT', `the table has ${key} ${id} already`)
}

function numberOf(id: number, last: number | undefined, what: string): number {
  if (id !== -1) return id
  if (last !== undefined) return last
  throw new GoldsyncError('INTERNAL', `no ${what} was added that could become the current one`)
}

/** @throws GoldsyncError `CONFLICT` where it is there, or its sequence number was given */
function addSnapshot(draft: Draft, snapshot: Snapshot): Changed {
  const { snapshots = [], 'last-sequence-number': last } = draft.metadata
  const { 'snapshot-id': id, 'sequence-number': number } = snapshot
  if (snapshots.some(other => other['snapshot-id'] === id))
    throw new GoldsyncError('CONFLICT', `the table has snapshot ${id} already`)
  if (number <= last)
    throw new GoldsyncError('CONFLICT', `sequence number ${number} was given: the table’s last is ${last}`)
  draft.moved = snapshot['timestamp-ms']
  return { snapshots: [...snapshots, snapshot], 'last-sequence-number': number }
}

function setReference(metadata: TableMetadata, name: string, reference: SnapshotReference): Changed {
  const { 'snapshot-id': id } = reference
  const snapshot = metadata.snapshots?.find(other => other['snapshot-id'] === id)
  if (snapshot === undefined) throw new GoldsyncError('CONFLICT', `the table has no snapshot ${id}`)
  const refs = { ...metadata.refs, [name]: reference }
  if (name !== MAIN) return { refs }
  const entry = { 'snapshot-id': id, 'timestamp-ms': snapshot['timestamp-ms'] }
  return {
    refs,
    'current-snapshot-id': id,
    'snapshot-log': [...(metadata['snapshot-log'] ?? []), entry],
  }
}

/** What the log says before a snapshot that is gone is no history any more. */
function removeSnapshots(metadata: TableMetadata, gone: ReadonlySet<bigint>): Changed {
  const { snapshots = [], refs = {}, 'snapshot-log': log = [] } = metadata
  const at = log.findLastIndex(entry => gone.has(entry['snapshot-id']))
  const current = metadata['current-snapshot-id']
  return {
    ...withoutStatistics(metadata, gone),
    snapshots: snapshots.filter(snapshot => !gone.has(snapshot['snapshot-id'])),
    refs: Object.fromEntries(Object.entries(refs).filter(([, ref]) => !gone.has(ref['snapshot-id']))),
    'snapshot-log': log.slice(at + 1),
    ...(current !== undefined && gone.has(current) ? { 'current-snapshot-id': -1n } : {}),
  }
}

/** Files of statistics are about one snapshot each. */
function withoutStatistics(metadata: TableMetadata, gone: ReadonlySet<bigint>): Changed {
  const ids = new Set([...gone].map(String))
  const lists = ['statistics', 'partition-statistics'].flatMap(name => {
    const list = metadata[name]
    if (!Array.isArray(list)) return []
    const all = list as readonly { readonly 'snapshot-id'?: unknown }[]
    return [[name, all.filter(({ 'snapshot-id': id }) => !ids.has(String(id)))] as const]
  })
  return Object.fromEntries(lists)
}
