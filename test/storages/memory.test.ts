import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { memoryStorage } from '../../shared/storages/memory/storage.ts'
import { describeStorage, describeWritableStorage } from '../conformance/storage.ts'

const root = 'memory://lake'

const open = async () => {
  const storage = memoryStorage(root)
  const broken = memoryStorage(root)
  broken.failWhen(() => new GoldsyncError('UNAVAILABLE', 'the storage is broken'))
  return {
    storage,
    root,
    put: async (name: string, bytes: Uint8Array) => storage.put(`${root}/${name}`, bytes, Date.now()),
    mkdir: async (name: string) => storage.mkdir(`${root}/${name}`, Date.now()),
    broken: { storage: broken, location: root },
    close: () => storage.close(),
  }
}

describeStorage('memory', open)
describeWritableStorage('memory', open)

describe('the memory storage', () => {
  it('counts its calls, failed ones too', async () => {
    const storage = memoryStorage(root)
    await storage.list(root)
    await storage.stat(root)
    await storage.list(`${root}/x`).catch(() => undefined)
    expect(storage.asked).toEqual([
      { operation: 'list', location: root, nth: 1 },
      { operation: 'stat', location: root, nth: 1 },
      { operation: 'list', location: `${root}/x`, nth: 2 },
    ])
  })

  it('fails the calls that a test picks, and only those', async () => {
    const storage = memoryStorage(root)
    storage.failWhen(({ operation, nth }) =>
      operation === 'list' && nth === 2 ? new GoldsyncError('UNAVAILABLE', 'half way') : undefined,
    )
    await storage.list(root)
    await expect(storage.list(root)).rejects.toThrow('half way')
    await expect(storage.list(root)).resolves.toEqual([])
  })

  it('forgets a folder with all that is in it', async () => {
    const storage = memoryStorage(root)
    storage.put(`${root}/a/b/c`, new Uint8Array(1))
    storage.put(`${root}/ab`, new Uint8Array(1))
    storage.drop(`${root}/a`)
    expect((await storage.list(root)).map(entry => entry.name)).toEqual(['ab'])
  })
})
