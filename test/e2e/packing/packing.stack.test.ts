import { afterAll, expect, test } from 'vitest'
import { closeHive } from '../../support/engine-values.ts'
import { closeEngines } from '../../support/sql.ts'
import { describeStack } from '../../support/stack.ts'
import { askAll } from './ask.ts'
import { readRecorded } from './recorded.ts'

/** One of each kind, and what only few files show; record.ts asks for all. */
const SAMPLE: readonly string[] = [
  'codec_lz4',
  // The deprecated LZ4, framed in three ways.
  'codec_lz4_block',
  'codec_lz4_frame',
  'codec_lz4_hadoop',
  // BYTE_STREAM_SPLIT on integers, fixed bytes and decimals.
  'split_v1',
  'order_ieee_struct',
  'dictionary_offset_zero',
  'root_space',
  'element_empty',
  'data_offset_beyond',
  'bounds_crossed',
  'group_rows_fewer',
]

afterAll(async () => {
  await Promise.all([closeHive(), closeEngines()])
})

describeStack(
  ['hdfs', 'metastore', 'metastore3', 'hiveserver2', 'trino', 'presto'],
  'engines read what is packed in many ways',
  () => {
    test('as it is recorded', async () => {
      const seen = await askAll({
        database: `packing_${process.pid}`,
        wanted: name => SAMPLE.includes(name),
      })
      const recorded = readRecorded()
      const failing = (faults: object) => Object.keys(faults).sort()
      for (const name of SAMPLE) {
        for (const [engine, faults] of Object.entries(seen[name] ?? { none: {} }))
          expect([name, engine, failing(faults)]).toEqual([
            name,
            engine,
            failing(recorded[name]?.[engine as 'trino'] ?? {}),
          ])
      }
    })
  },
)
