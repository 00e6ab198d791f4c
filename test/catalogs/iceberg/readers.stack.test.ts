import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeManifest, encodeManifestList } from '../../../shared/catalogs/iceberg/avro/manifests.ts'
import { printMetadata } from '../../../shared/catalogs/iceberg/metadata-json.ts'
import { mergeColumns } from '../../../shared/evolution/merge.ts'
import { applyStaged } from '../../../shared/iceberg/apply.ts'
import { judgeStored } from '../../../shared/iceberg/judge.ts'
import { NAME_MAPPING } from '../../../shared/iceberg/mapping.ts'
import { contentFileOf, summaryOf } from '../../../shared/iceberg/metrics.ts'
import { identitySpec, partitionOf } from '../../../shared/iceberg/spec.ts'
import { newTable, stageSnapshot } from '../../../shared/iceberg/stage.ts'
import { dataFileOf } from '../../../shared/parquet/data-file.ts'
import { parseFooter } from '../../../shared/parquet/footer.ts'
import type { TableFields } from '../../../shared/schema/iceberg-schema.ts'
import type { DataFile } from '../../../shared/schema/observed.ts'
import type { Column } from '../../../shared/schema/table.ts'
import { footerBytes } from '../../support/fixtures.ts'
import { type ParquetSpec, writeParquet } from '../../support/pyarrow.ts'
import { describeStack, stack } from '../../support/stack.ts'

const KEYS: readonly Column[] = [{ name: 'day', type: { kind: 'date' } }]
const NULL = '__HIVE_DEFAULT_PARTITION__'

const long = 'abcdefghijklmnop-and-more'

/** By the value of `day` that its folder has. */
const FILES: readonly (readonly [day: string, columns: ParquetSpec['columns']])[] = [
  [
    '2026-11-01',
    [
      ['ID', 'int32', [1, null, -3]],
      ['At', 'timestamp[us, UTC]', ['2026-11-01 01:02:03.004005', '1969-12-31 23:59:59.999999', null]],
      ['local', 'timestamp[ms]', ['2026-11-01 01:02:03.004', null, '1600-01-01 00:00:00']],
      ['s', { struct: { X: 'int32' } }, [{ X: 1 }, null, { X: null }]],
      // No null list: PyIceberg 0.12.0 reads it as an empty one where the struct in it has more fields in the table.
      ['l', { list: { struct: { A: 'string' } } }, [[{ A: 'a' }], [], [{ A: null }]]],
      ['m', { map: ['string', 'int64'] }, [{ k: 1 }, {}, null]],
      ['d', 'decimal(9,2)', ['1.28', '-1.28', null]],
      ['t', 'string', [long, `${long}\u{1f600}`, '']],
      ['f', 'float', [1.5, -0.0, null]],
      ['g', 'double', [0.1, null, 1e300]],
      ['b', 'bool', [true, false, null]],
      ['dt', 'date32', ['2026-11-01', '1582-10-14', null]],
      ['day', 'string', ['not', 'the', 'key']],
    ],
  ],
  [
    NULL,
    [
      ['t', 'string', ['z']],
      // Of rows below a number beyond int32 it returns those without a value, too, in files of int32.
      ['id', 'int64', [70]],
      ['d', 'decimal(12,2)', ['1234567890.12']],
      ['s', { struct: { y: 'string', x: 'int64' } }, [{ y: 'new', x: 2 ** 35 }]],
      ['l', { list: { struct: { b: 'int32', a: 'string' } } }, [[{ b: 7, a: 'c' }]]],
      ['f', 'double', [0.1]],
      ['added', 'fixed(4)', ['abcd']],
    ],
  ],
  ['2026-11-02', [['id', 'int32', [5, 6]]]],
]

describeStack(['python', 'pyiceberg'], 'A table of files that pyarrow wrote', () => {
  let root: string
  let paths: readonly string[]
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'goldsync-iceberg-'))
    paths = FILES.map((_, at) => join(root, `${at}.parquet`))
    await writeParquet(FILES.map(([, columns], at) => ({ file: paths[at]!, columns })))
  })
  afterAll(() => rm(root, { recursive: true }))

  it('is read by PyIceberg as pyarrow reads the files, by every bound', async () => {
    const files = await Promise.all(paths.map(read))
    const metadata = await write(root, files)
    const values = Object.fromEntries(
      FILES.map(([day], at) => [paths[at], { day: day === NULL ? null : day }]),
    )
    const { found, rows, asked, bounds } = await scan(metadata, { files: values })
    expect(found).toEqual([])
    expect(rows).toBe(6)
    expect(asked).toBeGreaterThan(50)
    expect(bounds).toBeGreaterThan(20)
  })
})

async function read(path: string): Promise<DataFile> {
  const metadata = parseFooter(footerBytes(await readFile(path)))
  const file = { path, size: (await stat(path)).size, modified: 0 }
  const read = dataFileOf(file, metadata, { facts: true, stored: true })
  return { ...read, columns: read.columns.filter(({ name }) => name !== 'day') }
}

/** One file after the other, as `decide/hold-back.ts` takes them. */
function fieldsOf(files: readonly DataFile[]): TableFields {
  let columns: readonly Column[] = []
  let fields: TableFields | undefined
  for (const file of files) {
    columns = mergeColumns(columns, file.columns, { widenDecimal: true, widenFloat: true }).columns
    const judged = judgeStored(file, fields, { columns, keys: KEYS })
    if (judged.refused) throw new Error(judged.refused.message)
    fields = judged.fields
  }
  return fields!
}

/** @returns the metadata file */
async function write(root: string, files: readonly DataFile[]): Promise<string> {
  const { schema, lastColumnId, mapping } = fieldsOf(files)
  const spec = identitySpec(schema, ['day'])
  const partitions = FILES.map(([day]) => partitionOf(spec, schema, [day]))
  const entries = files.map((file, at) => ({
    status: 'added' as const,
    file: contentFileOf(file, partitions[at]!, schema),
  }))
  const [manifest, list] = [join(root, 'm0.avro'), join(root, 'snap.avro')]
  const bytes = encodeManifest({ schema, spec, content: 'data' }, entries)
  await writeFile(manifest, bytes)
  const counts = {
    addedFiles: files.length,
    existingFiles: 0,
    deletedFiles: 0,
    addedRows: 6n,
    existingRows: 0n,
    deletedRows: 0n,
  }
  const entry = {
    ...{ path: manifest, length: BigInt(bytes.length), specId: 0, content: 'data' as const },
    ...{ sequenceNumber: 1n, minSequenceNumber: 1n, addedSnapshotId: 7n, ...counts },
    partitions: summaryOf(spec, schema, partitions),
  }
  await writeFile(list, encodeManifestList([entry], { snapshotId: 7n, sequenceNumber: 1n }))
  const properties = { [NAME_MAPPING]: JSON.stringify(mapping) }
  const made = applyStaged(
    undefined,
    newTable({
      uuid: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
      location: root,
      schema,
      lastColumnId,
      spec,
      properties,
    }),
    { now: Date.now() },
  )
  const staged = stageSnapshot({
    base: made,
    snapshotId: 7n,
    manifestList: list,
    operation: 'append',
    summary: {},
    now: Date.now(),
  })
  const file = join(root, '00001.metadata.json')
  await writeFile(file, printMetadata(applyStaged(made, staged, { now: Date.now() })))
  return file
}

interface Scanned {
  readonly found: readonly string[]
  readonly rows: number
  readonly asked: number
  readonly bounds: number
}

async function scan(metadata: string, input: object): Promise<Scanned> {
  const script = fileURLToPath(new URL('../../support/scan_iceberg.py', import.meta.url))
  const python = spawn(stack.iceberg.python, [script, metadata], { stdio: ['pipe', 'pipe', 'inherit'] })
  python.stdin.end(JSON.stringify(input))
  let output = ''
  for await (const chunk of python.stdout) output += chunk
  return JSON.parse(output) as Scanned
}
