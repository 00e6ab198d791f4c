import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { FileStatus, Storage, WritableStorage } from '../../shared/storages/storage.ts'
import { type Limit, noteLimit } from '../support/limits.ts'

/** What a driver's own test file gives: a storage, an empty folder in it, and ways to fill the folder from outside. */
export interface StorageHarness {
  readonly storage: Storage
  /** Location of the folder, as a lake's config would name it. */
  readonly root: string
  /** Names are relative to the root; folders above come into being. */
  put(name: string, bytes: Uint8Array): Promise<void>
  mkdir(name: string): Promise<void>
  /** A storage of this kind, and a location in it, where no call can succeed: a dead server, a failing disk. */
  readonly broken: { readonly storage: Storage; readonly location: string }
  /** Names of new files that a gateway would change. */
  readonly changed?: RegExp
  /** Names that the server takes from nobody, `put` too. */
  readonly refused?: { readonly limit: Limit; readonly names: RegExp }
  close(): Promise<void>
}

const ODD_NAMES = [
  'a b',
  ' leading and trailing ',
  'ts=2024-01-01 10%3A00%3A00',
  '100%',
  '%41',
  'a+b',
  'a#b',
  'a?b=c&d',
  '[x]{y}*',
  `it's "quoted"`,
  'back\\slash',
  'semi;colon,comma',
  'città=münchen',
  '東京 🚀',
  'dt=2024-01-01',
]

const BYTES = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 31) % 251)

/** What every storage does that can make files, too, as all drivers can. Its harness is of its own. */
export function describeWritableStorage(
  name: string,
  open: () => Promise<StorageHarness & { readonly storage: WritableStorage }>,
): void {
  describe(`writable storage ${name}`, () => {
    let harness: StorageHarness & { readonly storage: WritableStorage }
    let storage: WritableStorage
    const at = (path: string) => `${harness.root}/${path}`
    const bytesAt = async (path: string) => {
      const size = (await storage.stat(at(path)))?.size ?? Number.NaN
      return storage.read(at(path), 0, size)
    }

    beforeAll(async () => {
      harness = await open()
      storage = harness.storage
    })

    afterAll(() => harness.close())

    it('makes a file, and the folders above it', async () => {
      await storage.create(at('new/deep/er/file'), BYTES)
      expect(Buffer.compare(await bytesAt('new/deep/er/file'), BYTES)).toBe(0)
      expect(namesOf(await storage.list(at('new/deep/er')))).toEqual(['file'])
    })

    it('makes an empty file', async () => {
      await storage.create(at('empty/none'), new Uint8Array())
      expect(await storage.stat(at('empty/none'))).toMatchObject({ kind: 'file', size: 0 })
    })

    it.each(ODD_NAMES)('makes and removes %j', async each => {
      const made = storage.create(at(`odd/${each}`), BYTES.subarray(0, 9))
      if (harness.changed?.test(each) || harness.refused?.names.test(each))
        return expect(made).rejects.toBeInstanceOf(GoldsyncError)
      await made
      expect(await bytesAt(`odd/${each}`)).toHaveLength(9)
      await storage.remove(at(`odd/${each}`))
      expect(await storage.stat(at(`odd/${each}`))).toBeUndefined()
    })

    it('never replaces a file, of whoever made it', async () => {
      await storage.create(at('taken/by-us'), BYTES.subarray(0, 3))
      await harness.put('taken/by-others', BYTES.subarray(0, 3))
      for (const path of ['taken/by-others', 'taken/by-us']) {
        const again = storage.create(at(path), BYTES.subarray(0, 5))
        await expect(again).rejects.toMatchObject({
          code: 'CONFLICT',
          message: expect.stringContaining(at(path)),
        })
        expect(await bytesAt(path)).toHaveLength(3)
      }
      await expect(storage.create(at('taken/by-us'), BYTES.subarray(0, 3))).rejects.toMatchObject({
        code: 'CONFLICT',
      })
      expect(namesOf(await storage.list(at('taken')))).toEqual(['by-others', 'by-us'])
    })

    it('lets one of many win who make the same file at once', async () => {
      const made = await Promise.allSettled(
        Array.from({ length: 8 }, (_, nth) =>
          storage.create(at('race/file'), BYTES.subarray(0, 1_000 + nth)),
        ),
      )
      const winner = made.findIndex(({ status }) => status === 'fulfilled')
      const lost = made.filter(each => each.status === 'rejected')
      expect(lost.map(({ reason }) => reason.code)).toEqual(Array(7).fill('CONFLICT'))
      expect(await bytesAt('race/file')).toHaveLength(1_000 + winner)
      expect(namesOf(await storage.list(at('race')))).toEqual(['file'])
    })

    it('removes what is not there', async () => {
      await storage.remove(at('nowhere/at/all'))
      await storage.create(at('twice'), BYTES.subarray(0, 1))
      await storage.remove(at('twice'))
      await expect(storage.remove(at('twice'))).resolves.toBeUndefined()
    })

    it('removes no folder, be it empty or not', async () => {
      await harness.mkdir('folder/empty')
      await harness.put('folder/full/file', BYTES.subarray(0, 1))
      for (const path of ['folder/empty', 'folder/full']) {
        await storage.remove(at(path)).catch(error => expect(error).toMatchObject({ code: 'NOT_FOUND' }))
        expect(await storage.stat(at(path))).toMatchObject({ kind: 'directory' })
      }
      expect(await storage.stat(at('folder/full/file'))).toBeDefined()
    })

    it('makes a file anew after it was removed', async () => {
      await storage.create(at('anew'), BYTES.subarray(0, 1))
      await storage.remove(at('anew'))
      await storage.create(at('anew'), BYTES.subarray(0, 2))
      expect(await bytesAt('anew')).toHaveLength(2)
    })

    it('does nothing once the signal has fired', async () => {
      const call = { signal: AbortSignal.abort() }
      await storage.create(at('kept'), BYTES.subarray(0, 1))
      await expect(storage.create(at('late'), BYTES, call)).rejects.toMatchObject({ code: 'ABORTED' })
      await expect(storage.remove(at('kept'), call)).rejects.toMatchObject({ code: 'ABORTED' })
      expect(await storage.stat(at('late'))).toBeUndefined()
      expect(await storage.stat(at('kept'))).toBeDefined()
    })
  })
}

/** What every storage driver does. The memory driver is the reference. */
export function describeStorage(name: string, open: () => Promise<StorageHarness>): void {
  describe(`storage ${name}`, () => {
    let harness: StorageHarness
    let storage: Storage
    const at = (path: string) => `${harness.root}/${path}`

    beforeAll(async () => {
      harness = await open()
      storage = harness.storage
      await harness.mkdir('empty')
      await harness.put('files/data.bin', BYTES)
      await harness.put('files/none', new Uint8Array())
      await harness.put('files/deep/er/x', BYTES.subarray(0, 3))
    })

    afterAll(() => harness.close())

    describe('list', () => {
      it('tells every child of a directory once, and no grandchild', async () => {
        expect(namesOf(await storage.list(at('files')))).toEqual(['data.bin', 'deep', 'none'])
      })

      it('tells location, kind and size', async () => {
        const [file, folder, empty] = await storage.list(at('files'))
        expect(file).toMatchObject({ location: at('files/data.bin'), kind: 'file', size: BYTES.length })
        expect(folder).toMatchObject({ location: at('files/deep'), kind: 'directory', size: 0 })
        expect(empty).toMatchObject({ location: at('files/none'), kind: 'file', size: 0 })
      })

      it('tells when a file was written, in whole milliseconds', async () => {
        const before = Date.now()
        await harness.put('times/now', BYTES.subarray(0, 1))
        const [file] = await storage.list(at('times'))
        expect(Number.isInteger(file?.modified)).toBe(true)
        const skew = 10_000
        expect(file?.modified).toBeGreaterThan(before - skew)
        expect(file?.modified).toBeLessThan(Date.now() + skew)
      })

      it('sorts by code units, capitals first', async () => {
        for (const each of ['b', 'B', 'a', '_', 'é', '10', '9'])
          await harness.put(`sorted/${each}`, BYTES.subarray(0, 1))
        expect(namesOf(await storage.list(at('sorted')))).toEqual(['10', '9', 'B', '_', 'a', 'b', 'é'])
      })

      it('gives nothing for an empty directory', async () => {
        expect(await storage.list(at('empty'))).toEqual([])
      })

      it('lists the root it was opened for', async () => {
        expect(namesOf(await storage.list(harness.root))).toEqual(expect.arrayContaining(['empty', 'files']))
      })

      it('gives 3,000 children, complete and sorted', async () => {
        const names = Array.from({ length: 3_000 }, (_, each) => `p=${String(each).padStart(5, '0')}`)
        await inTurn(names, 16, each => harness.mkdir(`many/${each}`))
        expect(namesOf(await storage.list(at('many')))).toEqual(names)
      })

      it('fails with NOT_FOUND where there is no such directory', async () => {
        await expect(storage.list(at('nowhere'))).rejects.toMatchObject({
          code: 'NOT_FOUND',
          retryable: false,
        })
      })

      it('fails with NOT_FOUND for a file, which has no children', async () => {
        await expect(storage.list(at('files/data.bin'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
      })

      it('names the location that is missing', async () => {
        await expect(storage.list(at('nowhere'))).rejects.toThrow(at('nowhere'))
      })
    })

    describe('stat', () => {
      it('agrees with list on a file', async () => {
        const [file] = await storage.list(at('files'))
        expect(await storage.stat(at('files/data.bin'))).toEqual(file)
      })

      it('agrees with list on a directory', async () => {
        const folder = (await storage.list(at('files')))[1]
        expect(await storage.stat(at('files/deep'))).toEqual(folder)
      })

      it('is undefined where there is nothing', async () => {
        expect(await storage.stat(at('nowhere/at/all'))).toBeUndefined()
      })

      it('is undefined below a file', async () => {
        expect(await storage.stat(at('files/data.bin/x'))).toBeUndefined()
      })

      it('knows the root', async () => {
        expect(await storage.stat(harness.root)).toMatchObject({ location: harness.root, kind: 'directory' })
      })
    })

    describe('read', () => {
      it.each([
        ['the start', 0, 10],
        ['the middle', 50_000, 1_000],
        ['the tail', BYTES.length - 8, 8],
        ['all of it', 0, BYTES.length],
      ])('gives exactly the bytes asked for: %s', async (_, offset, length) => {
        const bytes = await storage.read(at('files/data.bin'), offset, length)
        expect(Buffer.compare(bytes, BYTES.subarray(offset, offset + length))).toBe(0)
      })

      it('gives no bytes when none are asked for', async () => {
        expect(await storage.read(at('files/none'), 0, 0)).toHaveLength(0)
      })

      it.each([
        ['crosses the end', BYTES.length - 8, 9],
        ['begins at the end', BYTES.length, 1],
        ['begins behind the end', BYTES.length + 1_000, 10],
      ])('fails with CONFLICT where the range %s', async (_, offset, length) => {
        await expect(storage.read(at('files/data.bin'), offset, length)).rejects.toMatchObject({
          code: 'CONFLICT',
        })
      })

      it('fails with CONFLICT for an empty file', async () => {
        await expect(storage.read(at('files/none'), 0, 8)).rejects.toMatchObject({ code: 'CONFLICT' })
      })

      it('fails with NOT_FOUND where there is no file', async () => {
        await expect(storage.read(at('nowhere'), 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      })

      it('fails with NOT_FOUND for a directory, which has no bytes', async () => {
        await expect(storage.read(at('files'), 0, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
      })

      it('serves many reads at once', async () => {
        const offsets = Array.from({ length: 100 }, (_, each) => each * 1_000)
        const reads = await Promise.all(offsets.map(offset => storage.read(at('files/data.bin'), offset, 4)))
        expect(reads.map(bytes => [...bytes])).toEqual(
          offsets.map(offset => [...BYTES.subarray(offset, offset + 4)]),
        )
      })
    })

    describe('odd names', () => {
      beforeAll(async () => {
        for (const each of ODD_NAMES) if (!isRefused(each)) await put(each)
      })

      const put = (each: string) => harness.put(`odd/${each}/${each}`, new TextEncoder().encode(each))
      const isRefused = (each: string) => harness.refused?.names.test(each) ?? false

      it('lists them untouched', async () => {
        const names = ODD_NAMES.filter(each => !isRefused(each))
        expect(namesOf(await storage.list(at('odd')))).toEqual(names.sort())
      })

      it.each(ODD_NAMES)('walks into and reads %j', async each => {
        if (harness.refused?.names.test(each)) {
          const refused = await put(each).catch((thrown: Error) => thrown)
          expect(refused).toBeInstanceOf(Error)
          const { name, message } = refused as Error
          noteLimit(harness.refused.limit, `${name}: ${message}`)
          return expect(await storage.stat(at(`odd/${each}`))).toBeUndefined()
        }
        const [file] = await storage.list(at(`odd/${each}`))
        expect(file).toMatchObject({ name: each, location: at(`odd/${each}/${each}`) })
        expect(await storage.stat(file!.location)).toEqual(file)
        expect(new TextDecoder().decode(await storage.read(file!.location, 0, file!.size))).toBe(each)
      })

      it('does not take an encoded name for the plain one', async () => {
        expect(await storage.stat(at('odd/a%20b'))).toBeUndefined()
      })
    })

    describe.each([
      ['list', (on: Storage, location: string, signal?: AbortSignal) => on.list(location, call(signal))],
      ['stat', (on: Storage, location: string, signal?: AbortSignal) => on.stat(location, call(signal))],
      [
        'read',
        (on: Storage, location: string, signal?: AbortSignal) => on.read(location, 0, 1, call(signal)),
      ],
    ])('%s', (_, work) => {
      it('is ABORTED when the signal has fired', async () => {
        await expect(work(storage, at('files/data.bin'), AbortSignal.abort())).rejects.toMatchObject({
          code: 'ABORTED',
        })
      })

      it('rejects when the storage fails, with an error of ours that is not NOT_FOUND', async () => {
        const error = await work(harness.broken.storage, harness.broken.location).catch(
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(GoldsyncError)
        expect((error as GoldsyncError).code).not.toBe('NOT_FOUND')
      })
    })

    it('is closed more than once without harm', async () => {
      await harness.broken.storage.close()
      await expect(harness.broken.storage.close()).resolves.toBeUndefined()
    })
  })
}

const call = (signal: AbortSignal | undefined) => (signal ? { signal } : {})

const namesOf = (entries: readonly FileStatus[]): string[] => entries.map(entry => entry.name)

async function inTurn<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += atOnce)
    await Promise.all(items.slice(from, from + atOnce).map(work))
}
