import { describe, expect, it } from 'vitest'
import { placesOf } from '../../shared/sync/place-file.ts'
import { whyOutside } from '../../shared/sync/why-outside.ts'
import { testLake } from '../support/lake.ts'

const HOUR = 'orders/2019/09/01/11/a.parquet'

const lakeAt = (location: string, ...aliases: string[]) => ({ ...testLake().lake, location, aliases })
const placed = (lake: ReturnType<typeof lakeAt>, location: string) => {
  const [place] = placesOf([lake], { location })
  return place?.kind === 'placed' ? place.location : place?.kind === 'elsewhere' && place.outcome
}

describe('a lake by another address', () => {
  const lake = lakeAt(
    'hdfs://datalake-vol/golden',
    'hdfs://nn1:8020/golden',
    'webhdfs://nn1:9870/golden',
    'viewfs://cluster/lake/golden',
    'hdfs:///golden',
  )

  it.each([
    `hdfs://datalake-vol/golden/${HOUR}`,
    `hdfs://nn1:8020/golden/${HOUR}`,
    `hdfs://NN1/golden/${HOUR}`,
    `webhdfs://nn1:9870/golden/${HOUR}`,
    `viewfs://cluster/lake/golden/${HOUR}`,
    `hdfs:///golden/${HOUR}`,
    `/golden/${HOUR}`,
    `/lake/golden/${HOUR}`,
  ])('is the same lake, whose own address is used: %s', location => {
    expect(placed(lake, location)).toBe(`hdfs://datalake-vol/golden/${HOUR}`)
  })

  it.each([
    `hdfs://nn2:8020/golden/${HOUR}`,
    `hdfs://nn1:9000/golden/${HOUR}`,
    `viewfs://cluster/golden/${HOUR}`,
    `hdfs://nn1:8020/golden-2/${HOUR}`,
  ])('is no other than the named ones: %s', location => {
    expect(placed(lake, location)).toMatchObject({ outcome: 'failed', code: 'OUTSIDE_LAKE' })
  })

  it.each(['s3', 's3a', 's3n'])('needs none for a scheme of S3: %s', scheme => {
    expect(placed(lakeAt('s3://bucket/golden'), `${scheme}://bucket/golden/${HOUR}`)).toBe(
      `s3://bucket/golden/${HOUR}`,
    )
  })
})

describe('a file that lies in no lake', () => {
  const why = (location: string, ...roots: string[]) =>
    whyOutside(
      roots.map(root => ({ location: root })),
      location,
    )

  it.each([
    ['hdfs://nn1:8020', 'hdfs://nn1:8020/golden'],
    ['webhdfs://nn1:9870', 'webhdfs://nn1:9870/golden'],
    ['viewfs://cluster', 'viewfs://cluster/golden'],
    ['hdfs://', 'hdfs:///golden'],
  ])('is told the setting where only the server is another: %s', (server, alias) => {
    const said = why(`${server}/golden/${HOUR}`, 's3://bucket/golden', 'hdfs://datalake-vol/golden')
    expect(said).toContain(
      `hdfs://datalake-vol/golden has the same path: if ${alias} is another address of it`,
    )
    expect(said).toContain('aliases')
  })

  it.each([
    ['s3://other/golden/a.parquet', 's3://bucket/golden'],
    ['hdfs://nn1/silver/a.parquet', 'hdfs://datalake-vol/golden'],
    ['hdfs://nn1/golden', 'hdfs://datalake-vol/golden'],
    ['/elsewhere/a.parquet', '/golden'],
  ])('is told how the lakes are spelled otherwise: %s', (location, root) => {
    expect(why(location, root)).toBe(`the file lies below none of the configured lakes: ${root}`)
  })

  it('is told a few of many lakes', () => {
    const roots = Array.from({ length: 9 }, (_, at) => `s3://bucket/${at}`)
    expect(why('/a', ...roots)).toMatch(
      /lakes: s3:\/\/bucket\/0, s3:\/\/bucket\/1, s3:\/\/bucket\/2, and 6 more$/,
    )
  })
})
