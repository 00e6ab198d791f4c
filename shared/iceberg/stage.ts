/** Commits as data: what they expect of the table they were made from, and what they do to it. */
import { GoldsyncError } from '../base/errors.ts'
import type { Parameters } from '../schema/table.ts'
import {
  FORMAT_VERSION,
  type IcebergSchema,
  type PartitionSpec,
  type Snapshot,
  type SnapshotOperation,
  type Staged,
  type TableMetadata,
  type TableRequirement,
  type TableUpdate,
} from './metadata.ts'
import { expectEachIdOnce } from './paths.ts'
import type { Grown } from './schema.ts'

/** The branch that readers read. */
export const MAIN = 'main'

/** What was added last, whatever number it got. */
const LAST_ADDED = -1

export interface NewTable {
  readonly uuid: string
  readonly location: string
  readonly schema: IcebergSchema
  readonly lastColumnId: number
  readonly spec: PartitionSpec
  readonly properties: Parameters
}

/** A table is made, without a snapshot. */
export const newTable = ({ uuid, location, schema, lastColumnId, spec, properties }: NewTable): Staged => ({
  requirements: [{ type: 'assert-create' }],
  updates: [
    { action: 'assign-uuid', uuid },
    { action: 'upgrade-format-version', 'format-version': FORMAT_VERSION },
    { action: 'add-schema', schema, 'last-column-id': lastColumnId },
    { action: 'set-current-schema', 'schema-id': LAST_ADDED },
    { action: 'add-spec', spec },
    { action: 'set-default-spec', 'spec-id': LAST_ADDED },
    { action: 'add-sort-order', 'sort-order': { 'order-id': 0, fields: [] } },
    { action: 'set-default-sort-order', 'sort-order-id': LAST_ADDED },
    { action: 'set-location', location },
    { action: 'set-properties', updates: properties },
  ],
})

/** @throws GoldsyncError `UNSUPPORTED` for a table of another version than goldsync commits to */
export function expectVersion({ 'format-version': version }: TableMetadata): void {
  if (version === FORMAT_VERSION) return
  throw new GoldsyncError(
    'UNSUPPORTED',
    `the table has Iceberg format version ${version}, and goldsync commits to version ${FORMAT_VERSION} only`,
    {
      hint:
        version < FORMAT_VERSION
          ? 'upgrade it with an engine (format-version = 2)'
          : 'let another writer keep it, or give the topic a table of its own',
    },
  )
}

export const currentSchema = (metadata: TableMetadata): IcebergSchema =>
  required(metadata.schemas, 'schema-id', metadata['current-schema-id'], 'schema')

export const defaultSpec = (metadata: TableMetadata): PartitionSpec =>
  required(metadata['partition-specs'], 'spec-id', metadata['default-spec-id'], 'partition spec')

function required<K extends string, T extends { readonly [key in K]: number }>(
  all: readonly T[],
  key: K,
  id: number,
  what: string,
): T {
  const found = all.find(one => one[key] === id)
  if (found) return found
  throw new GoldsyncError(
    'DATA_INVALID',
    `the table’s metadata has no ${what} ${id}, which is its current one`,
  )
}

/** The snapshot that readers see, undefined where there is none. */
export function currentSnapshot({
  'current-snapshot-id': id,
  snapshots = [],
}: TableMetadata): Snapshot | undefined {
  return id === undefined || id === -1n
    ? undefined
    : snapshots.find(snapshot => snapshot['snapshot-id'] === id)
}

export interface NewSnapshot {
  readonly base: TableMetadata
  /** See `newSnapshotId`. */
  readonly snapshotId: bigint
  /** Full location of the manifest list. */
  readonly manifestList: string
  readonly operation: SnapshotOperation
  /** Without the operation. */
  readonly summary: Parameters
  /** Epoch milliseconds. */
  readonly now: number
  readonly properties?: Parameters
  readonly removedProperties?: readonly string[]
  /** Where the same commit makes another schema current: its id. */
  readonly schemaId?: number
}

/** The sequence number of the next snapshot. */
export const nextSequenceNumber = (base: TableMetadata): number => base['last-sequence-number'] + 1

/** The main branch moves to a new snapshot, and properties change with it. @throws GoldsyncError as `expectVersion` */
export function stageSnapshot(given: NewSnapshot): Staged {
  const { base, snapshotId, properties, removedProperties } = given
  expectVersion(base)
  const parent = currentSnapshot(base)?.['snapshot-id']
  const snapshot: Snapshot = {
    'snapshot-id': snapshotId,
    ...(parent === undefined ? {} : { 'parent-snapshot-id': parent }),
    'sequence-number': nextSequenceNumber(base),
    // Readers refuse a log whose times go back.
    'timestamp-ms': Math.max(given.now, base['last-updated-ms']),
    'manifest-list': given.manifestList,
    summary: { ...given.summary, operation: given.operation },
    'schema-id': given.schemaId ?? base['current-schema-id'],
  }
  return {
    requirements: [
      sameTable(base),
      { type: 'assert-ref-snapshot-id', ref: MAIN, 'snapshot-id': parent ?? null },
    ],
    updates: [
      ...stageProperties(base, properties, removedProperties).updates,
      { action: 'add-snapshot', snapshot },
      {
        ...base.refs?.[MAIN],
        action: 'set-snapshot-ref',
        'ref-name': MAIN,
        type: 'branch',
        'snapshot-id': snapshotId,
      },
    ],
  }
}

const sameTable = (base: TableMetadata): TableRequirement => ({
  type: 'assert-table-uuid',
  uuid: base['table-uuid'],
})

/** Properties are set, and those of these names that are there removed. */
export function stageProperties(
  base: TableMetadata,
  set: Parameters = {},
  removed: readonly string[] = [],
): Staged {
  const gone = removed.filter(name => base.properties?.[name] !== undefined)
  const updates: readonly TableUpdate[] = [
    ...(Object.keys(set).length > 0 ? [{ action: 'set-properties', updates: set } as const] : []),
    ...(gone.length > 0 ? [{ action: 'remove-properties', removals: gone } as const] : []),
  ]
  return { requirements: [sameTable(base)], updates }
}

/**
 * Another schema becomes the current one; nothing where it is that already. It is added, with the next free number, unless the table had
 * it before: servers do not add one twice.
 * @throws GoldsyncError as `expectVersion`, `expectEachIdOnce`
 */
export function stageSchema(
  base: TableMetadata,
  { schema, lastColumnId }: Grown,
): Staged & { readonly schemaId: number } {
  expectVersion(base)
  const current = base['current-schema-id']
  const text = textOfFields(schema)
  const known = [currentSchema(base), ...base.schemas].find(other => textOfFields(other) === text)
  if (known?.['schema-id'] === current) return { requirements: [], updates: [], schemaId: current }
  const requirements: readonly TableRequirement[] = [
    sameTable(base),
    { type: 'assert-current-schema-id', 'current-schema-id': current },
    { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': base['last-column-id'] },
  ]
  if (known) {
    const schemaId = known['schema-id']
    return { schemaId, requirements, updates: [{ action: 'set-current-schema', 'schema-id': schemaId }] }
  }
  expectEachIdOnce(schema)
  const schemaId = Math.max(...base.schemas.map(other => other['schema-id'])) + 1
  return {
    schemaId,
    requirements,
    updates: [
      { action: 'add-schema', schema: { ...schema, 'schema-id': schemaId }, 'last-column-id': lastColumnId },
      { action: 'set-current-schema', 'schema-id': LAST_ADDED },
    ],
  }
}

/** Equal for schemas that differ in their number alone, or in how somebody else has written them: `decimal(9, 2)`. */
export const textOfFields = ({ fields, 'identifier-field-ids': ids = [] }: IcebergSchema): string =>
  JSON.stringify([fields, ids], (_, value: unknown) => {
    if (typeof value === 'string') return value.replace(/^decimal\((\d+), +(\d+)\)$/, 'decimal($1,$2)')
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isRecord ? Object.fromEntries(Object.entries(value).sort()) : value
  })

/** Several commits as one, in their order. */
export function together(...all: readonly Staged[]): Staged {
  const requirements = all.flatMap(staged => staged.requirements)
  const byText = new Map(requirements.map(one => [textOf(one), one]))
  return { requirements: [...byText.values()], updates: all.flatMap(staged => staged.updates) }
}

const textOf = (requirement: TableRequirement): string =>
  JSON.stringify(requirement, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

/** A random id that JavaScript's readers hold, too. @param random from 0 to below 1 */
export const newSnapshotId = (random: () => number): bigint =>
  BigInt(1 + Math.floor(random() * Number.MAX_SAFE_INTEGER))
