import { describe, expect, test } from 'vitest'
import { configOf } from '../../shared/config/config.ts'
import { parseYaml } from '../../shared/config/yaml.ts'
import { aroundOf, storageOf } from '../../shared/hosts/cli/around-lake.ts'
import { configText } from '../../shared/propose/config-text.ts'
import { propose } from '../../shared/propose/propose.ts'

const HDFS = { namenode: ['http://nn1:9870', 'http://nn2:9870'], user: 'goldsync' }

/** The config that is proposed for a lake of one topic. */
function configFor(location: string, options: Parameters<typeof aroundOf>[1], env: NodeJS.ProcessEnv) {
  const folders = ['a', 'b'].map(topic => ({ segments: [topic, '2026', '11', '20'], first: 0 }))
  const proposal = propose({ location, inRoot: 2, lookedInto: 2, folders, unlisted: 0 })
  const text = configText(proposal, aroundOf(location, options, env))
  return configOf(parseYaml(text, 'proposed'), 'proposed', { METASTORE_URI: 'thrift://hms:9083' })
}

describe('what the folders of a lake do not tell', () => {
  test.each([
    ['/data/golden', {}, {}, 'duckdb'],
    ['hdfs://nn/golden', HDFS, {}, 'metastore'],
    [
      'hdfs://nn/golden',
      { ...HDFS, metastore: 'thrift://hms:9083', trino: 'https://trino:8443' },
      {},
      'metastore',
    ],
    ['s3://bucket/golden', {}, { AWS_REGION: 'eu-west-1' }, 'glue'],
    ['s3://bucket', {}, { AWS_ENDPOINT_URL: 'http://localhost:5000' }, 'glue'],
    ['s3://bucket/golden', {}, { AWS_ENDPOINT_URL_S3: 'http://minio:9000' }, 'metastore'],
  ])('is a valid config of %s with %j and %j', (location, options, env, kind) => {
    const { lakes, catalogs } = configFor(location, options, env)
    expect(lakes).toMatchObject([{ location, storage: storageOf(location, options, env) }])
    expect(Object.values(catalogs)).toMatchObject([{ kind }])
  })

  test('is how an own S3 server is reached, and no address of it for Glue', () => {
    const env = { AWS_ENDPOINT_URL_S3: 'http://minio:9000', AWS_ENDPOINT_URL_GLUE: 'http://glue:4566' }
    const { lakes, catalogs } = configFor('s3://bucket/golden', {}, env)
    expect(lakes[0]?.storage).toEqual({ endpoint: 'http://minio:9000' })
    expect(Object.values(catalogs)).toMatchObject([{ kind: 'glue', endpoint: 'http://glue:4566' }])
  })
})
