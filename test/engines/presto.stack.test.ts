import { expect, it } from 'vitest'
import { openEngine } from '../../shared/engines/open.ts'
import { describeEngine } from '../conformance/engine.ts'
import { closedPort } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

const open = (more: object = {}) =>
  openEngine('presto', { kind: 'presto', url: stack.presto.url, timeout: ENDLESS, ...more })

describeStack(['hdfs', 'metastore3', 'presto', 'python'], 'the presto engine on a real Presto', () => {
  describeEngine('presto', async () => ({
    open,
    closed: async () => open({ url: `http://127.0.0.1:${await closedPort()}` }),
    metastore: stack.metastore3,
    version: /^0\.\d+/,
    words: { codec: /decompress|dictionary page/, encoding: /BYTE_STREAM_SPLIT/ },
    losesByBloomFilter: false,
  }))

  it('says that it takes columns by their position, as its catalog is set', async () => {
    expect(await (await open()).reader()).toMatchObject({ kind: 'presto', byPosition: true })
  })

  it('says that this version cannot be made to forget what it cached', async () => {
    const cached = await open({ catalog: 'hive_cached', caching: true })
    await expect(cached.refresh({ database: 'gold', name: 'orders' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('invalidate_metastore_cache'),
      hint: expect.stringContaining('0.291'),
    })
    await (await open()).refresh({ database: 'gold', name: 'orders' })
  })
})
