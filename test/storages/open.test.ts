import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStorage, storageOptions } from '../../shared/storages/open.ts'
import { resolveSettings } from '../../shared/storages/webhdfs/settings.ts'

describe('openStorage', () => {
  it('serves plain paths', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'goldsync-open-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const storage = await openStorage(folder)
    expect([storage.scheme, await storage.list(folder)]).toEqual(['file', []])
  })

  it.each(['hdfs', 'webhdfs', 'swebhdfs', 's3', 's3a', 's3n'])(
    'serves %s:// without reaching a server',
    async scheme => {
      const storage = await openStorage(`${scheme}://no-such-host.invalid/golden`)
      expect(storage.scheme).toBe(scheme)
      await storage.close()
    },
  )

  it.each([
    ['an unknown scheme', 'ftp://host/golden', {}, /ftp:\/\//],
    [
      'an HDFS path without a host',
      'hdfs:/golden',
      {},
      /hdfs:\/golden .*write hdfs:\/\/NAMENODE\/golden or hdfs:\/\/NAMESERVICE\/golden/,
    ],
    ['one with three slashes', 'hdfs:///a/b', {}, /or hdfs:\/\/NAMESERVICE\/a\/b/],
    ['such a one of WebHDFS', 'webhdfs:/a', {}, /webhdfs:\/\/NAMENODE\/a/],
    ['HDFS alone', 'hdfs:/', {}, /or hdfs:\/\/NAMESERVICE\/ /],
    ['a bucket that is not there', 's3:///golden', {}, /write s3:\/\/BUCKET\/golden/],
    ['settings on a local folder', '/golden', { user: 'etl' }, /storage\.user: \/golden is local/],
    [
      'a setting that is none',
      'hdfs://ns/golden',
      { namenode: 'http://nn1:9870' },
      /storage\.namenode: is no setting for hdfs:.*namenodes/,
    ],
    [
      'a NameNode that is no URL',
      'hdfs://ns/golden',
      { namenodes: ['nn1:9870'] },
      /storage\.namenodes\.0: expected http/,
    ],
    ['no NameNode in the list', 'hdfs://ns/golden', { namenodes: [] }, /storage\.namenodes/],
    [
      'a password in an address',
      'hdfs://ns/golden',
      { namenodes: ['http://u:secret@nn1:9870'] },
      /storage\.user/,
    ],
    [
      'a certificate without its key',
      'hdfs://ns/golden',
      { tls: { cert: 'a.pem' } },
      /storage\.tls: cert and key go/,
    ],
    [
      'a certificate that is not there',
      'hdfs://ns/golden',
      { tls: { ca: '/no/such/ca.pem' } },
      /\/no\/such\/ca\.pem/,
    ],
    ['a time limit of zero', 'hdfs://ns/golden', { timeout: 0 }, /storage\.timeout/],
    ['a setting of HDFS on S3', 's3a://lake/golden', { user: 'etl' }, /storage\.user: .* s3a:.*endpoint/],
    ['a setting of S3 on HDFS', 'hdfs://ns/golden', { region: 'eu-west-1' }, /storage\.region: .* hdfs:/],
    ['half an access key', 's3://lake/golden', { accessKeyId: 'AKIA' }, /storage: accessKeyId and secretAcc/],
    [
      'an endpoint that is no URL',
      's3://lake',
      { endpoint: 'minio:9000' },
      /storage\.endpoint: expected http/,
    ],
    ['keys in an endpoint', 's3://lake', { endpoint: 'http://a:secret@minio:9000' }, /storage\.accessKeyId/],
    ['keys in a location', 's3n://AKIA:secret@lake/golden', {}, /no bucket/],
    ['a location without a bucket', 's3:///golden', {}, /no bucket/],
    ['a location without a host', 'hdfs:///golden', {}, /hdfs:\/\/\/golden names no NameNode/],
  ])('refuses %s', async (_, location, options, message) => {
    const error = await openStorage(location, options).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', retryable: false })
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toContain(':secret')
  })

  it('lists the choices where the scheme is unknown', async () => {
    await expect(openStorage('gopher://x/y')).rejects.toMatchObject({
      hint: expect.stringMatching(/file:.*hdfs:.*webhdfs:.*swebhdfs:.*s3:/),
    })
  })

  it('takes options that were parsed before', async () => {
    const options = storageOptions.parse({ namenodes: ['http://nn1:9870'], timeout: 5 })
    await expect(openStorage('hdfs://ns/golden', options)).resolves.toBeDefined()
    await expect(openStorage('/golden', storageOptions.parse({}))).resolves.toBeDefined()
  })
})

describe('NameNode addresses', () => {
  it.each([
    ['hdfs://nn1:8020/golden', {}, ['http://nn1:9870/webhdfs/v1']],
    ['hdfs://nn1/golden', { tls: {} }, ['https://nn1:9871/webhdfs/v1']],
    ['webhdfs://nn1:50070/golden', {}, ['http://nn1:50070/webhdfs/v1']],
    ['webhdfs://nn1/golden', {}, ['http://nn1:9870/webhdfs/v1']],
    ['swebhdfs://nn1/golden', {}, ['https://nn1:9871/webhdfs/v1']],
    ['hdfs://[::1]:8020/golden', {}, ['http://[::1]:9870/webhdfs/v1']],
    [
      'hdfs://ns/golden',
      { namenodes: ['http://nn1:9870/', 'http://nn2:9870/webhdfs/v1'] },
      ['http://nn1:9870/webhdfs/v1', 'http://nn2:9870/webhdfs/v1'],
    ],
  ])('of %s with %j', async (location, options, expected) => {
    expect((await resolveSettings(location, options)).nameNodes).toEqual(expected)
  })
})
