import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStorage } from '../../shared/storages/open.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { describeStorage, describeWritableStorage } from '../conformance/storage.ts'
import { FILES, testLake } from '../support/lake.ts'
import { isLimited, noteLimit } from '../support/limits.ts'
import { s3, s3Storage } from '../support/s3.ts'
import { describeStack } from '../support/stack.ts'

/** No XML holds it: a listing must encode it. */
const BELL = 'bell\u0007'

describeStack(['glue'], 'S3', () => {
  const open = async () => {
    const bucket = 'goldsync-storage-suite'
    await s3.bucket(bucket)
    const root = `s3://${bucket}/golden zone`
    const storage = await openStorage(root, s3Storage)
    return {
      storage,
      root,
      put: (name: string, bytes: Uint8Array) => s3.put(bucket, `golden zone/${name}`, bytes),
      // As the consoles of AWS and MinIO do: an empty object whose name ends in a slash.
      mkdir: (name: string) => s3.put(bucket, `golden zone/${name}/`, new Uint8Array()),
      ...(isLimited('backslashes') ? { refused: { limit: 'backslashes' as const, names: /\\/ } } : {}),
      // Port 1 refuses.
      broken: {
        storage: await openStorage(root, { ...s3Storage, endpoint: 'http://127.0.0.1:1' }),
        location: root,
      },
      close: async () => {
        await storage.close()
        await s3.clear(bucket)
      },
    }
  }

  describeStorage('s3', open)
  describeWritableStorage('s3', open)
})

describeStack(['glue'], 'S3 on a real server', () => {
  const bucket = 'goldsync-s3'
  const at = (key: string) => `s3://${bucket}/${key}`
  const bytes = (text: string) => new TextEncoder().encode(text)
  let storage: Storage

  beforeAll(async () => {
    await s3.bucket(bucket)
    storage = await openStorage(`s3://${bucket}`, s3Storage)
  })

  afterAll(async () => {
    await storage.close()
    await s3.clear(bucket)
  })

  it('lists an empty bucket, and none that is not there', async () => {
    const empty = 'goldsync-s3-empty'
    await s3.bucket(empty)
    expect(await storage.list(`s3://${empty}`)).toEqual([])
    expect(await storage.stat(`s3://${empty}`)).toMatchObject({ kind: 'directory' })
    const asks = [() => storage.list('s3://goldsync-none'), () => storage.stat('s3://goldsync-none/golden')]
    for (const ask of asks) {
      const error = await ask().catch((thrown: Error) => thrown)
      expect(error).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('storage.endpoint') })
      expect((error as Error).message).toContain('no bucket goldsync-none')
    }
  })

  it('gives the 1,500 objects of a folder, which are two pages', async () => {
    const names = Array.from({ length: 1_500 }, (_, nth) => `part-${String(nth).padStart(5, '0')}.parquet`)
    for (let from = 0; from < names.length; from += 32)
      await Promise.all(
        names.slice(from, from + 32).map(name => s3.put(bucket, `pages/${name}`, bytes(name))),
      )
    const listed = await storage.list(at('pages'))
    expect(listed.map(({ name }) => name)).toEqual(names)
    expect(new Set(listed.map(({ etag }) => etag)).size).toBe(names.length)
  })

  it('takes folders from the names of objects, without a time of their own', async () => {
    await s3.put(bucket, 'folders/2019/09/a.parquet', bytes('a'))
    expect(await storage.list(at('folders'))).toEqual([
      { location: at('folders/2019'), name: '2019', kind: 'directory', size: 0, modified: 0 },
    ])
  })

  it('leaves out the marker of the folder itself', async () => {
    await s3.put(bucket, 'marked/', new Uint8Array())
    await s3.put(bucket, 'marked/a.parquet', bytes('a'))
    expect((await storage.list(at('marked'))).map(({ name }) => name)).toEqual(['a.parquet'])
  })

  it('leaves out names of nothing: a//b', async () => {
    const refused = await s3.put(bucket, 'nothing//x', bytes('x')).catch((thrown: Error) => thrown)
    await s3.put(bucket, 'nothing/a.parquet', bytes('a'))
    const names = (await storage.list(at('nothing'))).map(({ name }) => name)
    if (isLimited('empty-names')) {
      noteLimit('empty-names', refused ? `${refused.name}: ${refused.message}` : 'a//b is kept as a/b')
      return expect(names).toEqual(refused ? ['a.parquet'] : ['a.parquet', 'x'])
    }
    expect([refused, names]).toEqual([undefined, ['a.parquet']])
  })

  it('knows a folder by its marker alone', async () => {
    await s3.put(bucket, 'alone/empty/', new Uint8Array())
    expect(await storage.list(at('alone'))).toMatchObject([{ name: 'empty', kind: 'directory' }])
    expect(await storage.list(at('alone/empty'))).toEqual([])
  })

  it('does not let unknown keys in, and says so', async () => {
    const stranger = await openStorage(`s3://${bucket}`, { ...s3Storage, accessKeyId: 'nobody' })
    const answer = await stranger.list(at('folders')).catch((thrown: Error) => thrown)
    const refused = { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('access key') }
    expect(answer).toMatchObject(answer instanceof Error ? refused : [{ kind: 'directory' }])
    await stranger.close()
  })

  it('finds a folder whose name begins as that of other objects', async () => {
    for (const key of ['near!', 'near/a', 'near-by']) await s3.put(bucket, key, bytes(key))
    expect(await storage.stat(at('near'))).toMatchObject({ kind: 'directory', location: at('near') })
    expect(await storage.stat(at('nea'))).toBeUndefined()
  })

  it('reads the file that was listed, or fails with CONFLICT where it was replaced by one of equal size', async () => {
    await s3.put(bucket, 'replaced/a', bytes('before'))
    const [file] = await storage.list(at('replaced'))
    const asListed = { etag: file?.etag ?? '' }
    expect(new TextDecoder().decode(await storage.read(at('replaced/a'), 2, 4, asListed))).toBe('fore')
    await s3.put(bucket, 'replaced/a', bytes('behind'))
    await expect(storage.read(at('replaced/a'), 2, 4, asListed)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(new TextDecoder().decode(await storage.read(at('replaced/a'), 2, 4))).toBe('hind')
  })

  it.each(['tab\there', BELL, '<&>"', 'a=1+1%2B1', 'é', 'e\u0301', '🚀 %F0'])(
    'lists and reads %j',
    async name => {
      await s3.put(bucket, `odd/${name}/${name}`, bytes(name))
      const [file] = await storage.list(at(`odd/${name}`))
      if (isLimited('control-characters') && name === BELL) {
        expect(file?.name).not.toBe(name)
        const { code, message } = await storage.read(file!.location, 0, file!.size).catch(error => error)
        noteLimit('control-characters', `${code}: ${message}`)
        return expect(code).toBe('NOT_FOUND')
      }
      expect(file).toMatchObject({ name, location: at(`odd/${name}/${name}`) })
      expect(await storage.stat(at(`odd/${name}/${name}`))).toEqual(file)
      expect(new TextDecoder().decode(await storage.read(file!.location, 0, file!.size))).toBe(name)
      await s3.remove(bucket, `odd/${name}/${name}`)
    },
  )

  it.each(['s3a', 's3n'])('serves %s:// locations, which it gives back as they are spelled', async scheme => {
    await s3.put(bucket, 'spelled/a', bytes('a'))
    const spelled = await openStorage(`${scheme}://${bucket}`, s3Storage)
    const [file] = await spelled.list(`${scheme}://${bucket}/spelled`)
    expect(file?.location).toBe(`${scheme}://${bucket}/spelled/a`)
    expect(await spelled.read(file!.location, 0, 1)).toHaveLength(1)
    await spelled.close()
  })
})

describeStack(['glue'], 'A lake on S3', () => {
  const bucket = 'goldsync-s3-lake'
  const root = `s3://${bucket}/golden`
  const hours = ['07', '08', '09', '10', '11']
  const key = (hour: string) => `golden/orders/2019/09/01/${hour}/part-0.parquet`

  afterAll(() => s3.clear(bucket))

  it('is synced, found unchanged, and synced again where a file was replaced by one of equal size', async () => {
    await s3.bucket(bucket)
    for (const hour of hours) await s3.put(bucket, key(hour), FILES.v1)
    const storage = await openStorage(root, s3Storage)
    const listed: string[] = []
    const counted: Storage = {
      ...storage,
      list: (directory, call) => {
        listed.push(directory)
        return storage.list(directory, call)
      },
    }
    const lake = testLake({ more: { location: root, storage: counted, locationIn: () => root } })
    const scan = async () => lake.table(await lake.scan())
    expect(await scan()).toMatchObject({ outcome: 'changed', partitions: { added: hours.length } })

    listed.length = 0
    expect(await scan()).toMatchObject({ outcome: 'unchanged', steps: [] })
    // Root, topic, year, month, day, and the hours of the window: none of them twice.
    expect(new Set(listed).size).toBe(listed.length)
    expect(listed.length).toBeLessThanOrEqual(5 + hours.length)

    const replaced = Uint8Array.from(FILES.v1)
    replaced[5] = 1 + (replaced[5] ?? 0)
    await s3.put(bucket, key('11'), replaced)
    expect(await scan()).toMatchObject({ outcome: 'changed', partitions: { altered: 1 } })
    await storage.close()
  })
})
