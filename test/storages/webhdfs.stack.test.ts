import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveLocation } from '../../shared/storages/location.ts'
import { openStorage } from '../../shared/storages/open.ts'
import type { Storage } from '../../shared/storages/storage.ts'
import { describeStorage, describeWritableStorage } from '../conformance/storage.ts'
import { hdfs } from '../support/hdfs.ts'
import { describeStack, stack } from '../support/stack.ts'

const { namenodes, superuser: user } = stack.hdfs
const openAs = (options: Record<string, unknown>) => openStorage(stack.hdfs.uri, { namenodes, ...options })

describeStack(['hdfs'], 'WebHDFS', () => {
  const open = async () => {
    const path = '/tmp/goldsync_storage_suite'
    await hdfs.rm(path)
    await hdfs.mkdir(path)
    const storage = await openAs({ user })
    return {
      storage,
      root: hdfs.location(path),
      put: (name: string, bytes: Uint8Array) => hdfs.put(`${path}/${name}`, bytes),
      mkdir: (name: string) => hdfs.mkdir(`${path}/${name}`),
      // Port 1 refuses.
      broken: {
        storage: await openStorage(stack.hdfs.uri, { namenodes: ['http://127.0.0.1:1'] }),
        location: hdfs.location(path),
      },
      close: async () => {
        await storage.close()
        await hdfs.rm(path)
      },
    }
  }

  describeStorage('webhdfs', open)
  describeWritableStorage('webhdfs', open)
})

describeStack(['hdfs'], 'WebHDFS on a real NameNode', () => {
  const path = '/tmp/goldsync_webhdfs'
  let storage: Storage

  beforeAll(async () => {
    await hdfs.rm(path)
    await hdfs.mkdir(path)
    storage = await openAs({ user })
  })

  afterAll(async () => {
    await storage.close()
    await hdfs.rm(path)
  })

  it('agrees with the npm package webhdfs on what is in a folder', async () => {
    for (const name of ['plain', 'a b%3Ac', 'città=münchen', `[x]+#?'"`]) {
      await hdfs.put(`${path}/agree/${name}`, new TextEncoder().encode(name))
    }
    await hdfs.mkdir(`${path}/agree/folder`)
    const theirs = (await hdfs.list(`${path}/agree`)).map(entry => ({
      name: entry.pathSuffix,
      kind: entry.type.toLowerCase(),
      size: entry.length,
      modified: entry.modificationTime,
    }))
    const ours = await storage.list(hdfs.location(`${path}/agree`))
    expect(ours.map(({ location: _, ...rest }) => rest)).toEqual(
      theirs.sort((a, b) => (a.name < b.name ? -1 : 1)),
    )
  })

  it('keeps the scheme and the authority of the lake, whatever the NameNode is called', async () => {
    const lake = 'hdfs://datalake-vol'
    const nameservice = await openStorage(lake, { namenodes, user })
    await hdfs.put(`${path}/ns/file`, new Uint8Array(1))
    expect(await nameservice.list(resolveLocation(`${lake}${path}/ns/`))).toMatchObject([
      { location: `${lake}${path}/ns/file` },
    ])
    await nameservice.close()
  })

  it('serves webhdfs:// locations by their host and port', async () => {
    const { host } = new URL(namenodes.at(-1)!)
    const open = await openStorage(`webhdfs://${host}/golden`, { user })
    expect(await open.stat(`webhdfs://${host}${path}`)).toMatchObject({ kind: 'directory' })
    await open.close()
  })

  it('takes who sets no user for a default one, or says what to set', async () => {
    const open = await openAs({})
    const answer = await open.stat(hdfs.location(path)).catch((thrown: Error) => thrown)
    const refused = { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('set storage.user') }
    expect(answer).toMatchObject(answer instanceof Error ? refused : { kind: 'directory' })
    await open.close()
  })

  it('says of a token that cannot be read that it is not accepted, or does without', async () => {
    const open = await openAs({ token: 'abc' })
    const answer = await open.stat(hdfs.location(path)).catch((thrown: Error) => thrown)
    const refused = { code: 'AUTHENTICATION_FAILED', hint: expect.stringContaining('storage.token') }
    expect(answer).toMatchObject(answer instanceof Error ? refused : { kind: 'directory' })
    await open.close()
  })

  it('says who may not read what', async () => {
    await hdfs.put(`${path}/secret/file`, new Uint8Array(1))
    await hdfs.chmod(`${path}/secret`, '0700')
    const stranger = await openAs({ user: 'stranger' })
    const location = hdfs.location(`${path}/secret`)
    for (const work of [
      () => stranger.list(location),
      () => stranger.stat(`${location}/file`),
      () => stranger.read(`${location}/file`, 0, 1),
    ]) {
      const error = await work().catch((thrown: Error) => thrown)
      expect(error).toMatchObject({ code: 'PERMISSION_DENIED', retryable: false })
      expect((error as Error).message).toContain(location)
      expect((error as Error).message).toContain('user stranger')
    }
    await stranger.close()
  })

  it('does not take a wrong address for an empty lake', async () => {
    const wrong = await openStorage(stack.hdfs.uri, {
      namenodes: namenodes.map(address => `${address}/nothing/here`),
      user,
    })
    await expect(wrong.list(hdfs.location('/golden'))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      hint: expect.stringContaining('storage.namenodes'),
    })
    await expect(wrong.stat(hdfs.location('/golden'))).rejects.toMatchObject({ code: 'DATA_INVALID' })
    await wrong.close()
  })
})
