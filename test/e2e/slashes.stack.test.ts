/** Keys of S3 are compared as they are: `a//b` and `a/./b` are other places than `a/b`, with nothing there. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { awsGlue, glueConfig } from '../support/aws-glue.ts'
import { type GoldenZone, runScanOf } from '../support/golden-zone.ts'
import { s3, s3Storage } from '../support/s3.ts'
import { s3Zone } from '../support/s3-zone.ts'
import { describeStack } from '../support/stack.ts'

const ID = `slashes_${process.pid}`
const BUCKET = ID.replace('_', '-')
const TABLE = { database: ID, name: 'orders' }
const REGIONS = ['eu', 'us', 'asia', 'here']

describeStack(['glue', 'python'], 'partitions of a table in S3', () => {
  const glue = openGlue('cloud', glueOptions.parse(glueConfig))
  let zone: GoldenZone
  const scan = async () => {
    const [report] = await runScanOf(
      {
        lakes: [
          {
            location: zone.location,
            storage: s3Storage,
            layout: '{topic}/{region}',
            database: ID,
            createDatabase: true,
          },
        ],
        catalogs: { cloud: glueConfig },
      },
      { mode: 'full' },
    )
    return report
  }
  /** @param to by region, where somebody has it from now on */
  async function move(to: Readonly<Record<string, string>>): Promise<void> {
    const partitions = Object.entries(to).map(([region, place]) => ({
      values: [region],
      from: `${zone.location}/orders/${region}`,
      to: place,
    }))
    const { partitionKeys = [] } = (await glue.inspect(TABLE)) ?? {}
    await glue.apply(glue.plan(TABLE, [{ kind: 'movePartitions', table: TABLE, partitionKeys, partitions }]))
  }
  /** What is listed where Glue has the partitions: Athena and Trino read that. */
  const shown = async () => {
    const root = `s3://${BUCKET}/`
    const found = []
    for (const location of (await awsGlue.locations(ID)).toSorted()) {
      const keys = await s3.keys(BUCKET, `${location.slice(root.length)}/`)
      found.push([location.slice(root.length), keys.length])
    }
    return Object.fromEntries(found) as Record<string, unknown>
  }

  beforeAll(async () => {
    zone = await s3Zone(BUCKET)
    await zone.lay(
      Object.fromEntries(REGIONS.map(region => [`orders/${region}/a.parquet`, [['id', 'string', [region]]]])),
    )
  })
  afterAll(async () => {
    await Promise.all([zone?.remove(), awsGlue.drop(ID), glue.close()])
  })

  test('that are elsewhere by a slash more or by `.` are empty there: a scan moves the first back, and tells of the other', async () => {
    await scan()
    expect(await shown()).toEqual(Object.fromEntries(REGIONS.map(region => [`golden/orders/${region}`, 1])))

    const { location } = zone
    await move({
      eu: `${location}/orders//eu`,
      us: `${location}//orders/us`,
      asia: `${location}/orders/./asia`,
    })
    expect(await shown()).toEqual({
      'golden//orders/us': 0,
      'golden/orders/./asia': 0,
      'golden/orders//eu': 0,
      'golden/orders/here': 1,
    })

    const again = await scan()
    expect(again?.partitions).toMatchObject({ moved: 2, added: 0 })
    expect(again?.diagnostics.map(({ code, partition }) => [code, partition])).toEqual([
      ['PARTITION_ELSEWHERE', 'asia'],
    ])
    expect(await shown()).toEqual({
      'golden/orders/./asia': 0,
      'golden/orders/eu': 1,
      'golden/orders/here': 1,
      'golden/orders/us': 1,
    })
  })
})
