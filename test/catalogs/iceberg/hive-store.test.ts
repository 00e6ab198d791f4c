import { describe, expect, it, onTestFinished } from 'vitest'
import type { GoldsyncError } from '../../../shared/base/errors.ts'
import { hmsSettings } from '../../../shared/catalogs/hms/options.ts'
import { openHiveStore } from '../../../shared/catalogs/iceberg/stores/hive.ts'
import { newEntry } from '../../../shared/catalogs/iceberg/stores/hive-table.ts'
import { type Loaded, OutcomeUnknown } from '../../../shared/catalogs/iceberg/table-store.ts'
import { stageProperties } from '../../../shared/iceberg/stage.ts'
import { type FakeCall, fakeMetastore } from '../../support/fake-metastore.ts'
import { ICEBERG_TABLE } from '../../support/iceberg-metadata.ts'
import { memoryFiles } from '../../support/metadata-files.ts'

const TABLE = { database: 'golden', name: 'orders' }
const BASE: Loaded = {
  metadataLocation: 'memory://meta/0.json',
  metadata: ICEBERG_TABLE,
}
const ENTRY = newEntry(TABLE, 'etl', { metadata: BASE.metadata, location: BASE.metadataLocation })

/** Commits over a metastore that answers so where it is not said otherwise: it has the table and gives the lock. */
async function committing(respond: (call: FakeCall) => object | undefined) {
  const usual: Readonly<Record<string, object>> = {
    get_table_req: { success: { table: ENTRY } },
    lock: { success: { lockid: 7n, state: 1 } },
    show_locks: { success: { locks: [] } },
  }
  const server = await fakeMetastore(call => respond(call) ?? usual[call.method] ?? {})
  const options = { uris: [`thrift://127.0.0.1:${server.port}`], timeout: 60_000 }
  const files = memoryFiles()
  const store = openHiveStore(hmsSettings.parse(options), files, 'ice')
  onTestFinished(async () => {
    await store.close()
    await server.close()
  })
  const staged = stageProperties(BASE.metadata, { mark: 'x' })
  const thrown = await store.commit(TABLE, BASE, staged).then(
    () => undefined,
    (error: GoldsyncError) => error,
  )
  return { thrown, calls: server.calls, left: [...files.all.keys()] }
}

const ALTER = 'alter_table_with_environment_context'

describe('a commit to a table in a metastore', () => {
  it('is made under a lock that is still held', async () => {
    const { thrown, calls, left } = await committing(() => undefined)
    expect(thrown).toBeUndefined()
    expect(calls).toEqual(['lock', 'get_table_req', 'heartbeat', ALTER, 'unlock'])
    expect(left).toHaveLength(1)
  })

  it.each([
    ['is gone', { NoSuchLockException: { message: 'No such lock lockid:7' } }],
    ['was ended with its transaction', { TxnAbortedException: { message: 'aborted' } }],
  ])('is not made where the lock %s', async (_, answer) => {
    const { thrown, calls, left } = await committing(({ method }) =>
      method === 'heartbeat' ? answer : undefined,
    )
    expect(thrown).toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(thrown?.message).toContain('lock of golden.orders')
    expect(calls).not.toContain(ALTER)
    expect(left).toEqual([])
  })

  it('says what the metastore refuses each time, and not that somebody else has committed', async () => {
    const message =
      'The following columns have types incompatible with the existing columns in their respective positions : a'
    const { thrown, left } = await committing(({ method }) =>
      method === ALTER ? { InvalidOperationException: { message } } : undefined,
    )
    expect(thrown).toMatchObject({ code: 'CONFLICT', retryable: false })
    expect(thrown?.message).toContain('types incompatible')
    expect(left).toEqual([])
  })

  it('is another’s where the metastore says that the table has been modified', async () => {
    const message = "The table has been modified. The parameter value for key 'metadata_location' is 'y'"
    const { thrown } = await committing(({ method }) =>
      method === ALTER ? { MetaException: { message } } : undefined,
    )
    expect(thrown).toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(thrown?.message).toContain('somebody else')
  })

  it('may be taken where the metastore hangs up on it, and its file stays', async () => {
    const { thrown, left } = await committing(({ method, socket }) => {
      if (method === ALTER) socket.destroy()
      return undefined
    })
    expect(thrown).toBeInstanceOf(OutcomeUnknown)
    expect(left).toHaveLength(1)
  })
})
