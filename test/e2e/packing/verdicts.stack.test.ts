/** What goldsync makes of each way of packing, beside what was recorded of the engines: no engine is asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asReadBy } from '../../../shared/evolution/read-by.ts'
import { isAccepted, readDataFile } from '../../../shared/parquet/read.ts'
import type { Reader } from '../../../shared/schema/reader.ts'
import { bytesStorage } from '../../support/bytes-storage.ts'
import { describeStack } from '../../support/stack.ts'
import { makePacked, type PackedColumn } from './ask.ts'
import { type Asked, readRecorded, readRecordedOfSpark } from './recorded.ts'

const spark = (version: string): readonly [string, Reader] => [`spark ${version}`, { kind: 'spark', version }]
const READERS: readonly (readonly [string, Reader])[] = [
  ['hive4', { kind: 'hive', version: '4.0.1' }],
  ['trino', { kind: 'trino', version: '476' }],
  ['presto', { kind: 'presto', version: '0.287' }],
  spark('4.0.0'),
  spark('4.3.0'),
]

/** Where the two differ, and why. */
const DIFFERING: Readonly<Record<string, string>> = {
  encoding_number_negative:
    'its pages have other encodings than it says: those of a real one could not be read',
  encoding_number_big: 'likewise',
  encoding_too_negative: 'likewise',
  encoding_too_big: 'likewise',
  codec_lz4_hadoop: 'the footer does not tell that it is framed as Hadoop does, since pyarrow wrote it',
  bounds_above_i8:
    'Hive and Spark lose rows by them, but values of other files do lie beyond their type, and are read right',
  group_offset_beyond: 'Trino returns no rows of it; no footer is right for one engine alone',
  data_offset_beyond_dictionary: 'Spark looks at the dictionary alone; likewise',
  bloom_beyond: 'Trino fails on conditions; likewise',
  number_date_int32: 'it was asked for as smallint; goldsync makes it a date, which engines read',
}

const byFile = (engine: Asked) =>
  Object.fromEntries(Object.entries(readRecorded()).map(([name, of]) => [name, of[engine]]))

/** The columns of a file that a table has for a reader; none where the file is refused. */
async function columnsFor(folder: string, name: string, reader: Reader): Promise<ReadonlySet<string>> {
  const bytes = await readFile(join(folder, `${name}.parquet`))
  const listed = { path: name, size: bytes.length, modified: 0 }
  const read = await readDataFile(bytesStorage({ [name]: bytes }), listed)
  if (!isAccepted(read)) return new Set()
  const { file, refused } = asReadBy(read, [reader])
  return new Set(refused ? [] : file.columns.map(column => column.name))
}

describeStack(['python'], 'files that are packed in many ways', () => {
  let folder: string
  let made: Readonly<Record<string, readonly PackedColumn[]>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-packing-'))
    made = await makePacked(folder)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each(READERS)('%s reads what is accepted, and fails on what is not', async (engine, reader) => {
    const recorded =
      reader.kind === 'spark' ? readRecordedOfSpark()[reader.version ?? ''] : byFile(engine as Asked)
    const differing: string[] = []
    for (const name of Object.keys(made).filter(name => !(name in DIFFERING))) {
      // Later files were not asked of Spark.
      if (reader.kind === 'spark' && recorded?.[name] === undefined) continue
      const faults = recorded?.[name] ?? {}
      const columns = await columnsFor(folder, name, reader)
      const wrong = [...columns].filter(column => faults[column] !== undefined)
      const needless = columns.size === 0 && Object.keys(faults).length === 0
      if (wrong.length > 0) differing.push(`${name}: ✓ and fails on ${wrong}`)
      if (needless) differing.push(`${name}: refused, and read right`)
    }
    expect(differing).toEqual([])
  })
})
