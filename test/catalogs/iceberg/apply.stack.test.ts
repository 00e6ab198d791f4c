import { parse, stringify } from 'lossless-json'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseMetadata } from '../../../shared/catalogs/iceberg/metadata-json.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import type { Staged, TableMetadata } from '../../../shared/iceberg/metadata.ts'
import { evolve, firstSchema } from '../../../shared/iceberg/schema.ts'
import { identitySpec } from '../../../shared/iceberg/spec.ts'
import {
  currentSchema,
  newTable,
  stageProperties,
  stageSchema,
  stageSnapshot,
  together,
} from '../../../shared/iceberg/stage.ts'
import { hdfs } from '../../support/hdfs.ts'
import { describeStack, stack } from '../../support/stack.ts'
import { columns } from '../../support/types.ts'

const DATABASE = `goldsync_apply_${process.pid}`
const TABLES = `${stack.iceberg.rest}/v1/namespaces/${DATABASE}/tables`
const LOCATION = hdfs.location(`/user/hive/iceberg/${DATABASE}/t`)

async function ask(method: string, url: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: stringify(body) as string }
  const answer = await fetch(url, { method, headers, ...sent })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
  return text === '' ? undefined : parse(text)
}

/** What Iceberg-Java makes of the same commit. */
async function commit(staged: Staged): Promise<TableMetadata> {
  const answer = await ask('POST', `${TABLES}/t`, staged)
  const text = stringify((answer as { metadata: unknown }).metadata) as string
  return parseMetadata(new TextEncoder().encode(text), 'the answer')
}

/** Without what differs by clock and place, or is the server's own default. */
function plain(metadata: TableMetadata): object {
  const { 'last-updated-ms': _, 'metadata-log': log = [], properties = {}, ...rest } = metadata
  const { 'write.parquet.compression-codec': _codec, ...own } = properties
  const { statistics: _s, 'partition-statistics': _p, ...told } = rest
  return { ...told, properties: own, log: log.length }
}

describeStack(['iceberg', 'hdfs'], 'What a table becomes by a commit', () => {
  const grown = firstSchema(columns('a int', 's struct<x:int>'), columns('day date'))
  const create = newTable({
    ...grown,
    uuid: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
    location: LOCATION,
    spec: identitySpec(grown.schema, ['day']),
    properties: { owner: 'us', gone: 'soon' },
  })
  const now = 1_795_887_000_000

  beforeAll(() => ask('POST', `${stack.iceberg.rest}/v1/namespaces`, { namespace: [DATABASE] }))
  afterAll(async () => {
    await ask('DELETE', `${TABLES}/t`)
    await ask('DELETE', `${stack.iceberg.rest}/v1/namespaces/${DATABASE}`)
    await hdfs.rm(`/user/hive/iceberg/${DATABASE}`)
  })

  it('is what it becomes by Iceberg’s Java library', async () => {
    let ours = applyStaged(undefined, create, { now })
    let theirs = await commit(create)
    expect(plain(ours)).toEqual(plain(theirs))
    const next = async (stage: (base: TableMetadata) => Staged) => {
      // From the server's own metadata, as a catalog does.
      const staged = stage(theirs)
      ours = applyStaged(theirs, staged, { now: theirs['last-updated-ms'] + 1, metadataLocation: 'v.json' })
      theirs = await commit(staged)
      expect(plain(ours)).toEqual(plain(theirs))
    }
    await next(base => stageProperties(base, { owner: 'you' }, ['gone', 'never']))
    await next(base => snapshotOf(base, 4_611_686_018_427_387_905n))
    await next(base => {
      const schema = stageSchema(
        base,
        evolve(currentSchema(base), base['last-column-id'], {
          add: columns('b array<string>'),
          keys: ['day'],
        }),
      )
      return together(schema, snapshotOf(base, 2n, schema.schemaId))
    })
    await next(base => ({
      requirements: [],
      updates: [{ action: 'remove-snapshots', 'snapshot-ids': [base.snapshots![0]!['snapshot-id']] }],
    }))
    const stale = { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': 1n } as const
    await expect(commit({ requirements: [stale], updates: [] })).rejects.toThrow(/409/)
  })
})

const snapshotOf = (base: TableMetadata, snapshotId: bigint, schemaId?: number): Staged =>
  stageSnapshot({
    base,
    snapshotId,
    manifestList: `${LOCATION}/metadata/snap-${snapshotId}.avro`,
    operation: 'append',
    summary: { 'added-records': '1' },
    now: base['last-updated-ms'] + 1,
    ...(schemaId === undefined ? {} : { schemaId }),
  })
