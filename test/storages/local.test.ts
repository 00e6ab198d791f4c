import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLocal } from '../../shared/storages/local/storage.ts'
import { describeStorage, describeWritableStorage } from '../conformance/storage.ts'

const temporaryFolder = () => mkdtemp(join(tmpdir(), 'goldsync-local-'))

const open = async () => {
  const root = await temporaryFolder()
  const storage = openLocal()
  return {
    storage,
    root,
    async put(name: string, bytes: Uint8Array) {
      await mkdir(dirname(join(root, name)), { recursive: true })
      await writeFile(join(root, name), bytes)
    },
    async mkdir(name: string) {
      await mkdir(join(root, name), { recursive: true })
    },
    // Longer than any file system allows: the operating system answers ENAMETOOLONG, not ENOENT.
    broken: { storage: openLocal(), location: `${root}/${'x'.repeat(5_000)}` },
    close: () => rm(root, { recursive: true }),
  }
}

describeStorage('local', open)
describeWritableStorage('local', open)

describe('the local storage', () => {
  const storage = openLocal()
  let root: string

  beforeAll(async () => {
    root = await temporaryFolder()
    await mkdir(`${root}/real`)
    await writeFile(`${root}/real/file`, 'abc')
  })

  afterAll(() => rm(root, { recursive: true }))

  it('follows symbolic links to files and folders, under the link’s own location', async () => {
    await mkdir(`${root}/links`)
    await symlink('../real/file', `${root}/links/file`)
    await symlink('../real', `${root}/links/folder`)
    expect(await storage.list(`${root}/links`)).toMatchObject([
      { location: `${root}/links/file`, kind: 'file', size: 3 },
      { location: `${root}/links/folder`, kind: 'directory', size: 0 },
    ])
  })

  it('leaves out links that lead nowhere, and links in a circle', async () => {
    await mkdir(`${root}/broken`)
    await symlink('gone', `${root}/broken/dangling`)
    await symlink('circle', `${root}/broken/circle`)
    await writeFile(`${root}/broken/good`, '')
    expect((await storage.list(`${root}/broken`)).map(entry => entry.name)).toEqual(['good'])
  })

  it('leaves out sockets: to read one could block for ever', async () => {
    await mkdir(`${root}/odd`)
    const server = createServer().listen(`${root}/odd/socket`)
    await new Promise(done => server.once('listening', done))
    expect(await storage.list(`${root}/odd`)).toEqual([])
    server.close()
  })

  it('leaves out what vanishes between listing and stat', async () => {
    await mkdir(`${root}/busy`)
    const names = Array.from({ length: 500 }, (_, each) => `${root}/busy/${each}`)
    await Promise.all(names.map(name => writeFile(name, '')))
    const [listed] = await Promise.all([
      storage.list(`${root}/busy`),
      ...names.slice(250).map(name => rm(name)),
    ])
    expect(listed.length).toBeGreaterThanOrEqual(250)
    expect(await storage.list(`${root}/busy`)).toHaveLength(250)
  })

  it.skipIf(process.getuid?.() === 0)('says that a folder may not be read [not as root]', async () => {
    await mkdir(`${root}/secret`)
    await chmod(`${root}/secret`, 0)
    await expect(storage.list(`${root}/secret`)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining(`${root}/secret`),
    })
    await chmod(`${root}/secret`, 0o700)
  })
})
