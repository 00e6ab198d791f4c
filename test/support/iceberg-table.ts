/** Iceberg tables of local files, written by goldsync's own parts, and read by PyIceberg. Needs the stack's Python with PyIceberg. */
import { spawn } from 'node:child_process'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { encodeManifest, encodeManifestList } from '../../shared/catalogs/iceberg/avro/manifests.ts'
import { printMetadata } from '../../shared/catalogs/iceberg/metadata-json.ts'
import { mergeColumns } from '../../shared/evolution/merge.ts'
import { applyStaged } from '../../shared/iceberg/apply.ts'
import { judgeStored } from '../../shared/iceberg/judge.ts'
import { NAME_MAPPING } from '../../shared/iceberg/mapping.ts'
import { contentFileOf, summaryOf } from '../../shared/iceberg/metrics.ts'
import { identitySpec, partitionOf } from '../../shared/iceberg/spec.ts'
import { newTable, stageSnapshot } from '../../shared/iceberg/stage.ts'
import { dataFileOf } from '../../shared/parquet/data-file.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import type { TableFields } from '../../shared/schema/iceberg-schema.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Column, PartitionValues } from '../../shared/schema/table.ts'
import { footerBytes } from './fixtures.ts'
import { stack } from './stack.ts'

/** A local file as goldsync reads it for an Iceberg table, without the columns that are keys. */
export async function readLocal(path: string, keys: readonly Column[]): Promise<DataFile> {
  const metadata = parseFooter(footerBytes(await readFile(path)))
  const file = { path, size: (await stat(path)).size, modified: 0 }
  const read = dataFileOf(file, metadata, { facts: true, stored: true })
  return { ...read, columns: read.columns.filter(({ name }) => keys.every(key => key.name !== name)) }
}

/** One file after the other, as `decide/hold-back.ts` takes them. */
function fieldsOf(files: readonly DataFile[], keys: readonly Column[]): TableFields {
  let columns: readonly Column[] = []
  let fields: TableFields | undefined
  for (const file of files) {
    columns = mergeColumns(columns, file.columns, { widenDecimal: true, widenFloat: true }).columns
    const judged = judgeStored(file, fields, { columns, keys })
    if (judged.refused) throw new Error(judged.refused.message)
    fields = judged.fields
  }
  return fields!
}

export interface LocalTable {
  readonly root: string
  readonly files: readonly DataFile[]
  readonly keys: readonly Column[]
  /** Of each file. */
  readonly values: readonly PartitionValues[]
}

/** Writes a table of local files. @returns its metadata file @throws Error where a file is refused */
export async function writeTable({ root, files, keys, values }: LocalTable): Promise<string> {
  const { schema, lastColumnId, mapping } = fieldsOf(files, keys)
  const spec = identitySpec(
    schema,
    keys.map(({ name }) => name),
  )
  const partitions = values.map(each => partitionOf(spec, schema, each))
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
    addedRows: BigInt(files.reduce((sum, { rows = 0 }) => sum + rows, 0)),
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

export interface Scanned {
  readonly found: readonly string[]
  readonly rows: number
  readonly asked: number
  readonly bounds: number
}

/** As scan_iceberg.py tells. @throws Error with what PyIceberg says where it fails */
export async function scanTable(metadata: string, files: Readonly<Record<string, object>>): Promise<Scanned> {
  const script = fileURLToPath(new URL('scan_iceberg.py', import.meta.url))
  const python = spawn(stack.iceberg.python, [script, metadata], { stdio: ['pipe', 'pipe', 'pipe'] })
  python.stdin.end(JSON.stringify({ files }))
  const [output, errors] = await Promise.all([textOf(python.stdout), textOf(python.stderr)])
  if (output === '') throw new Error(`PyIceberg failed: ${errors.slice(-2000)}`)
  return JSON.parse(output) as Scanned
}
