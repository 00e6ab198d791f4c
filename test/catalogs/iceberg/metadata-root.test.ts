import { describe, expect, it } from 'vitest'
import { locationIn, openMetadataRoot } from '../../../shared/catalogs/iceberg/metadata-root.ts'
import { memoryStorage } from '../../../shared/storages/memory/storage.ts'

describe('the root of metadata', () => {
  it.each([
    ['hdfs://ns/meta', 'hdfs://ns/meta/db/t/metadata/a.json', 'hdfs://ns/meta/db/t/metadata/a.json'],
    ['s3://lake/meta', 's3a://lake/meta/a.json', 's3://lake/meta/a.json'],
    ['s3a://lake/meta', 's3://lake/meta/a%2Fb.json', 's3a://lake/meta/a%2Fb.json'],
    ['/data/meta', 'file:///data/meta/a.json', '/data/meta/a.json'],
    ['/data/meta', 'file:/data/meta/a.json', '/data/meta/a.json'],
    ['/data/meta', '/data/meta/..a/b..', '/data/meta/..a/b..'],
  ])('of %s takes %s', (root, location, taken) => {
    expect(locationIn(root, location)).toBe(taken)
  })

  it.each([
    ['hdfs://ns/meta', 'hdfs://ns/metadata/a.json', 'PERMISSION_DENIED'],
    ['hdfs://ns/meta', 'hdfs://ns/meta', 'PERMISSION_DENIED'],
    ['hdfs://ns/meta', 'hdfs://other/meta/a.json', 'PERMISSION_DENIED'],
    ['hdfs://ns/meta', '/meta/a.json', 'PERMISSION_DENIED'],
    ['hdfs://ns/meta', 's3://ns/meta/a.json', 'PERMISSION_DENIED'],
    ['hdfs://ns/meta', 'hdfs://ns/meta/../golden/a.parquet', 'REQUEST_INVALID'],
    ['hdfs://ns/meta', 'hdfs://ns/meta/./a', 'REQUEST_INVALID'],
    ['hdfs://ns/meta', 'hdfs://ns/meta/x/..', 'REQUEST_INVALID'],
    ['hdfs://ns/meta', 'hdfs://ns/meta//a.json', 'REQUEST_INVALID'],
    ['hdfs://ns/meta', 'hdfs://ns/meta/a/', 'REQUEST_INVALID'],
    ['/data/meta', '/data/meta/../golden/a', 'REQUEST_INVALID'],
    ['/data/meta', 'file:///data/meta/../golden/a', 'REQUEST_INVALID'],
    ['/data/meta', 'file:///data/golden/a', 'PERMISSION_DENIED'],
    ['s3://lake/meta', 's3a://lake/golden/a', 'PERMISSION_DENIED'],
  ])('of %s refuses %s', (root, location, code) => {
    expect(() => locationIn(root, location)).toThrow(expect.objectContaining({ code }))
  })

  it('reads no file that is larger than metadata are', async () => {
    const storage = memoryStorage('memory://lake')
    const files = openMetadataRoot(storage, 'memory://lake/meta')
    await expect(files.read('memory://lake/meta/a.avro', 0, 2 ** 40)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('memory://lake/meta/a.avro has 1099511627776 bytes'),
    })
    expect(storage.asked).toEqual([])
  })

  it('lets nothing be made, read or removed elsewhere', async () => {
    const storage = memoryStorage('memory://lake')
    storage.put('memory://lake/golden/a', new Uint8Array(1))
    const files = openMetadataRoot(storage, 'memory://lake/meta')
    const elsewhere = 'memory://lake/golden/a'
    for (const work of [
      () => files.create(elsewhere, new Uint8Array()),
      () => files.remove(elsewhere),
      () => files.read(elsewhere, 0, 1),
      () => files.stat(elsewhere),
    ])
      await expect(work()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(storage.asked).toEqual([])
    await files.create('memory://lake/meta/db/a', new Uint8Array(1))
    expect(await files.stat('memory://lake/meta/db/a')).toMatchObject({ size: 1 })
  })
})
