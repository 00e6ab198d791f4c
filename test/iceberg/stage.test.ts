import { describe, expect, test } from 'vitest'
import { applyStaged } from '../../shared/iceberg/apply.ts'
import type { Staged, TableMetadata } from '../../shared/iceberg/metadata.ts'
import { obsoleteFiles } from '../../shared/iceberg/metadata-log.ts'
import { evolve, firstSchema } from '../../shared/iceberg/schema.ts'
import { changeSummary } from '../../shared/iceberg/snapshot-summary.ts'
import { identitySpec } from '../../shared/iceberg/spec.ts'
import {
  currentSchema,
  currentSnapshot,
  newSnapshotId,
  newTable,
  stageSchema,
  stageSnapshot,
  together,
} from '../../shared/iceberg/stage.ts'
import type { Column } from '../../shared/schema/table.ts'

const columns: readonly Column[] = [{ name: 'a', type: { kind: 'int' } }]
const keys: readonly Column[] = [{ name: 'day', type: { kind: 'date' } }]
const grown = firstSchema(columns, keys)
const create = newTable({
  ...grown,
  uuid: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
  location: 'file:/lake/t',
  spec: identitySpec(grown.schema, ['day']),
  properties: { owner: 'us' },
})
const made = applyStaged(undefined, create, { now: 1000 })

const snapshotOf = (base: TableMetadata, snapshotId: bigint, now = 2000): Staged =>
  stageSnapshot({
    base,
    snapshotId,
    manifestList: `file:/lake/t/metadata/snap-${snapshotId}.avro`,
    operation: 'append',
    summary: { 'goldsync.commit': 'c' },
    now,
    properties: { 'goldsync.ledger': String(snapshotId) },
  })

const commit = (base: TableMetadata, snapshotId: bigint, now?: number): TableMetadata =>
  applyStaged(base, snapshotOf(base, snapshotId, now), {
    now: now ?? 2000,
    metadataLocation: `v${snapshotId}.json`,
  })

describe('a table that is made', () => {
  test('is of version 2, and has a schema, a spec, no order and no snapshot', () => {
    expect(made).toMatchObject({
      'format-version': 2,
      'last-updated-ms': 1000,
      'last-column-id': 2,
      'last-partition-id': 1000,
      'current-schema-id': 0,
      'default-spec-id': 0,
      'sort-orders': [{ 'order-id': 0, fields: [] }],
      'current-snapshot-id': -1n,
      'last-sequence-number': 0,
      properties: { owner: 'us' },
    })
    expect(currentSnapshot(made)).toBeUndefined()
  })

  test('is not made twice', () => {
    expect(() => applyStaged(made, create, { now: 1 })).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
  })
})

describe('a snapshot', () => {
  const one = commit(made, 11n)
  const two = commit(one, 22n, 1500)

  test('moves the main branch, and logs what was before', () => {
    expect(two).toMatchObject({
      'current-snapshot-id': 22n,
      'last-sequence-number': 2,
      refs: { main: { type: 'branch', 'snapshot-id': 22n } },
      'snapshot-log': [{ 'snapshot-id': 11n }, { 'snapshot-id': 22n }],
      'metadata-log': [
        { 'metadata-file': 'v11.json', 'timestamp-ms': 1000 },
        { 'metadata-file': 'v22.json', 'timestamp-ms': 2000 },
      ],
      properties: { owner: 'us', 'goldsync.ledger': '22' },
    })
    expect(currentSnapshot(two)).toMatchObject({
      'parent-snapshot-id': 11n,
      'sequence-number': 2,
      'schema-id': 0,
    })
  })

  test('has no earlier time than what was before, by whatever clock', () => {
    expect(two['last-updated-ms']).toBe(2000)
    expect(currentSnapshot(two)?.['timestamp-ms']).toBe(2000)
  })

  test('is refused where somebody else has committed, or the table is another one', () => {
    const conflict = expect.objectContaining({ code: 'CONFLICT' })
    expect(() => applyStaged(one, snapshotOf(made, 33n), { now: 1 })).toThrow(conflict)
    expect(() => applyStaged({ ...made, 'table-uuid': 'other' }, snapshotOf(made, 33n), { now: 1 })).toThrow(
      conflict,
    )
    expect(() => applyStaged(undefined, snapshotOf(made, 33n), { now: 1 })).toThrow(conflict)
  })

  test('is refused on tables of another format version', () => {
    expect(() => snapshotOf({ ...made, 'format-version': 3 }, 1n)).toThrow(/format version 3.*version 2 only/)
  })

  test('keeps what the branch says besides', () => {
    const main = { type: 'branch', 'snapshot-id': 11n, 'min-snapshots-to-keep': 5 } as const
    expect(commit({ ...one, refs: { main } }, 33n).refs?.main).toEqual({ ...main, 'snapshot-id': 33n })
  })

  test('has an id that JavaScript holds', () => {
    for (const random of [0, 0.5, 1 - 2 ** -53])
      expect(Number.isSafeInteger(Number(newSnapshotId(() => random)))).toBe(true)
    expect(newSnapshotId(() => 0)).toBe(1n)
  })
})

test('a schema gets the next free number, and is committed with the snapshot that needs it', () => {
  const base = { ...made, schemas: [...made.schemas, { ...currentSchema(made), 'schema-id': 7 }] }
  const change = evolve(currentSchema(base), base['last-column-id'], {
    add: [{ name: 'b', type: { kind: 'date' } }],
  })
  const schema = stageSchema(base, change)
  const staged = together(
    schema,
    stageSnapshot({
      base,
      snapshotId: 5n,
      manifestList: 'm',
      operation: 'append',
      summary: {},
      now: 1,
      schemaId: schema.schemaId,
    }),
  )
  const after = applyStaged(base, staged, { now: 1 })
  expect(after).toMatchObject({ 'current-schema-id': 8, 'last-column-id': 3 })
  expect(currentSnapshot(after)?.['schema-id']).toBe(8)
  expect(staged.requirements.map(({ type }) => type)).toEqual([
    'assert-table-uuid',
    'assert-current-schema-id',
    'assert-last-assigned-field-id',
    'assert-ref-snapshot-id',
  ])
  expect(stageSchema(base, { schema: currentSchema(base), lastColumnId: 2 }).updates).toEqual([])
})

test('a schema with two fields of one id is refused, wherever it is kept', () => {
  const schema = currentSchema(made)
  const [first] = schema.fields
  const twin = { ...first!, name: 'twin', type: 'string' }
  const nested = { ...first!, id: 99, name: 's', type: { type: 'struct', fields: [twin] } as const }
  for (const field of [twin, nested]) {
    const broken = { ...schema, 'schema-id': 1, fields: [...schema.fields, field] }
    const error = expect.objectContaining({
      code: 'INTERNAL',
      message: expect.stringMatching(/same field id/),
    })
    expect(() => stageSchema(made, { schema: broken, lastColumnId: 99 })).toThrow(error)
    const update = { action: 'add-schema', schema: broken, 'last-column-id': 99 } as const
    expect(() => applyStaged(made, { requirements: [], updates: [update] }, { now: 1 })).toThrow(error)
  }
})

test('a name that is another column’s by now gets an id of its own', () => {
  const schema = currentSchema(made)
  const [first, ...others] = schema.fields
  const renamed = { ...schema, fields: [{ ...first!, name: 'renamed' }, ...others] }
  const mapping = [{ 'field-id': first!.id, names: [first!.name] }]
  const add = [{ name: first!.name, type: { kind: 'int' } as const }]
  const grown = evolve(renamed, made['last-column-id'], { add, mapping })
  expect(() => stageSchema(made, grown)).not.toThrow()
  expect(grown.schema.fields.map(({ id }) => id)).toEqual([...schema.fields.map(({ id }) => id), 3])
})

test('a schema that the table had before becomes the current one again, and is not added twice', () => {
  const schema = currentSchema(made)
  const other = { ...schema, 'schema-id': 7, fields: schema.fields.slice(0, 1) }
  const base = { ...made, schemas: [...made.schemas, other], 'current-schema-id': 7 }
  expect(stageSchema(base, { schema: { ...schema, 'schema-id': 8 }, lastColumnId: 9 })).toMatchObject({
    schemaId: schema['schema-id'],
    updates: [{ action: 'set-current-schema', 'schema-id': schema['schema-id'] }],
  })
  const [spelled, ours] = ['decimal(9, 2)', 'decimal(9,2)'].map(type => ({
    ...schema,
    fields: [{ type, required: false, name: 'd', id: 1 }],
  }))
  const decimals = { ...made, schemas: [spelled!] }
  expect(stageSchema(decimals, { schema: ours!, lastColumnId: 9 }).updates).toEqual([])
})

test('snapshots that are removed take their branches and the log before them along', () => {
  const table = commit(commit(commit(made, 1n), 2n), 3n)
  const tagged = { ...table, refs: { ...table.refs, old: { type: 'tag', 'snapshot-id': 1n } as const } }
  const after = applyStaged(
    tagged,
    { requirements: [], updates: [{ action: 'remove-snapshots', 'snapshot-ids': [1n] }] },
    { now: 9000 },
  )
  expect(after.snapshots?.map(one => one['snapshot-id'])).toEqual([2n, 3n])
  expect(Object.keys(after.refs ?? {})).toEqual(['main'])
  expect(after['snapshot-log']?.map(one => one['snapshot-id'])).toEqual([2n, 3n])
})

describe('previous metadata files', () => {
  const few: TableMetadata = { ...made, properties: { 'write.metadata.previous-versions-max': '2' } }
  const wanted: TableMetadata = {
    ...few,
    properties: { ...few.properties, 'write.metadata.delete-after-commit.enabled': 'true' },
  }

  test('are as many as the table says', () => {
    const table = [1n, 2n, 3n, 4n].reduce((base, id) => commit(base, id), few)
    expect(table['metadata-log']?.map(entry => entry['metadata-file'])).toEqual(['v3.json', 'v4.json'])
  })

  test('go where the table wants that, and no log has them', () => {
    const before = [1n, 2n].reduce((base, id) => commit(base, id), wanted)
    expect(obsoleteFiles(before, commit(before, 3n))).toEqual(['v1.json'])
    const kept = [1n, 2n].reduce((base, id) => commit(base, id), few)
    expect(obsoleteFiles(kept, commit(kept, 3n))).toEqual([])
  })
})

test('a summary counts what changed, and totals go on from the parent’s', () => {
  const file = (rows: bigint, day: number) =>
    ({
      content: 0,
      path: 'p',
      format: 'PARQUET',
      partition: [day],
      recordCount: rows,
      fileSize: 10n,
    }) as const
  const first = changeSummary(undefined, { added: [file(3n, 1), file(4n, 2)], deleted: [] })
  expect(first).toMatchObject({
    'added-data-files': '2',
    'added-records': '7',
    'total-records': '7',
    'changed-partition-count': '2',
    'total-delete-files': '0',
  })
  expect(changeSummary(first, { added: [file(5n, 1)], deleted: [file(3n, 1)] })).toMatchObject({
    'deleted-records': '3',
    'total-records': '9',
    'total-data-files': '2',
    'changed-partition-count': '1',
  })
  expect(changeSummary({}, { added: [file(1n, 1)], deleted: [] })['total-records']).toBeUndefined()
})
