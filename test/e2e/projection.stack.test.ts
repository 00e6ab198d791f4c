/** Tables whose partitions Athena computes: nothing is registered in them where it reads. Athena itself cannot be asked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGlue } from '../../shared/catalogs/glue/glue.ts'
import { glueOptions } from '../../shared/catalogs/glue/options.ts'
import { awsGlue, glueConfig } from '../support/aws-glue.ts'
import { type GoldenZone, runScanOf } from '../support/golden-zone.ts'
import { s3Storage } from '../support/s3.ts'
import { s3Zone } from '../support/s3-zone.ts'
import { describeStack } from '../support/stack.ts'

const ID = `projection_${process.pid}`
/** By topic, what others set on its table, which has a partition already. */
const SET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  computed: { 'projection.enabled': 'true', 'projection.region.type': 'injected' },
  odd_case: { 'projection.enabled': 'TRUE' },
  off: { 'projection.enabled': 'false', 'projection.region.type': 'injected' },
  plain: {},
}
const TOPICS = Object.keys(SET)
const COMPUTED = ['computed', 'odd_case']

describeStack(['glue', 'python'], 'tables with projection', () => {
  const glue = openGlue('cloud', glueOptions.parse(glueConfig))
  let zone: GoldenZone
  const lay = (region: string, columns: readonly string[]) =>
    zone.lay(
      Object.fromEntries(
        TOPICS.map(topic => [
          `${topic}/${region}/a.parquet`,
          columns.map(name => [name, 'string', [region]] as const),
        ]),
      ),
    )
  const scan = (readers: readonly string[]) => {
    const lake = {
      location: zone.location,
      storage: s3Storage,
      layout: '{topic}/{region}',
      database: ID,
      createDatabase: true,
      readers,
    }
    return runScanOf({ lakes: [lake], catalogs: { cloud: glueConfig } }, { mode: 'full' })
  }
  const tables = () => Promise.all(TOPICS.map(name => glue.inspect({ database: ID, name })))
  const partitions = async () => {
    const locations = await awsGlue.locations(ID)
    return Object.fromEntries(
      TOPICS.map(topic => [topic, locations.filter(at => at.includes(`/${topic}/`)).length]),
    )
  }

  beforeAll(async () => {
    zone = await s3Zone(ID.replace('_', '-'))
    await lay('eu', ['id'])
    await scan(['athena'])
    for (const [name, parameters] of Object.entries(SET)) {
      const table = { database: ID, name }
      await glue.apply(glue.plan(table, [{ kind: 'setParameters', table, parameters }]))
    }
    await lay('us', ['id', 'late'])
  })
  afterAll(async () => {
    await Promise.all([zone?.remove(), awsGlue.drop(ID), glue.close()])
  })

  test('are left as they are where Athena reads them, and are told; the others go on', async () => {
    const before = await tables()
    const reports = await scan(['athena'])
    expect(
      Object.fromEntries(
        reports.map(({ topic, diagnostics }) => [
          topic,
          diagnostics.map(({ severity, code }) => `${severity} ${code}`),
        ]),
      ),
    ).toEqual({
      computed: ['error TABLE_PROJECTED'],
      odd_case: ['error TABLE_PROJECTED'],
      off: [],
      plain: [],
    })
    expect(await partitions()).toEqual({ computed: 1, odd_case: 1, off: 2, plain: 2 })
    const after = await tables()
    for (const [at, topic] of TOPICS.entries())
      if (COMPUTED.includes(topic)) expect(after[at]).toEqual(before[at])
      else expect(after[at]?.columns.map(({ name }) => name)).toEqual(['id', 'late'])
  })

  test('are left as they are for whoever else is said to read them: what is in Glue, Athena reads', async () => {
    const reports = await scan(['trino 476'])
    expect(reports.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
      'TABLE_PROJECTED',
      'TABLE_PROJECTED',
    ])
    expect(await partitions()).toEqual({ computed: 1, odd_case: 1, off: 2, plain: 2 })
  })
})
