/** Files of a folder (test/truth/files.py): what their footers say, and the values that pyarrow reads from them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pMap from 'p-map'
import { type FileMetadata, parseFooter } from '../../shared/parquet/footer.ts'
import { physicalText } from '../../shared/parquet/physical-text.ts'
import { isAccepted, readDataFile, readFooter } from '../../shared/parquet/read.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import { printType } from '../../shared/schema/type.ts'
import { bytesStorage } from '../support/bytes-storage.ts'
import type { Value } from '../support/kinds.ts'
import type { FileFacts } from './recorded.ts'

export interface Sample {
  /** The topic's and the table's. */
  readonly name: string
  readonly path: string
  readonly facts: FileFacts
  /** Why no engine is asked for it. */
  readonly rejected?: Diagnostic
  readonly values: Readonly<Record<string, readonly Value[]>>
}

/** @param parts of the names of those that are wanted; none for all */
export function readSamples(folder: string, parts: readonly string[]): Promise<readonly Sample[]> {
  const files = readdirSync(folder)
  // What pyarrow cannot read has no values.
  const told = new Set(
    files.filter(file => file.endsWith('.json')).map(file => file.replace(/json$/, 'parquet')),
  )
  const wanted = files.filter(
    file => told.has(file) && (parts.length === 0 || parts.some(part => file.includes(part))),
  )
  return pMap(wanted, file => openSample(folder, file), { concurrency: 1 })
}

async function openSample(folder: string, file: string): Promise<Sample> {
  const path = join(folder, file)
  const name = file
    .replace(/\.parquet$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
  const { writer, values } = JSON.parse(readFileSync(path.replace(/parquet$/, 'json'), 'utf8')) as {
    readonly writer: string
    readonly values: Sample['values']
  }
  const bytes = readFileSync(path)
  const storage = bytesStorage({ [file]: bytes })
  const listed = { path: file, size: bytes.length, modified: 0 }
  const read = await readDataFile(storage, listed, { facts: true })
  const nothing = { name: file.replace(/\.parquet$/, ''), writer, codecs: [], encodings: [], columns: [] }
  if (!isAccepted(read)) return { name, path, facts: nothing, rejected: read.diagnostic, values }
  const metadata = parseFooter(await readFooter(storage, listed))
  const types = new Map(read.columns.map(column => [column.name, printType(column.type)]))
  const facts = { ...nothing, ...packingOf(metadata), columns: columnsOf(metadata, types, read.diagnostics) }
  return { name, path, facts, values }
}

function packingOf({ schema, columns, packing }: FileMetadata): Pick<FileFacts, 'codecs' | 'encodings'> {
  const encodings = schema.leaves.flatMap(({ physical, column }) => {
    const used = columns[column]?.packed.encodings ?? []
    // These two are those of levels, in every file.
    const values = used.filter(name => name !== 'RLE' && name !== 'BIT_PACKED')
    const shown = values.length === 0 && used.includes('RLE') ? ['RLE'] : values
    return shown.map(encoding => `${encoding} ${physical}`)
  })
  return { codecs: packing.codecs, encodings: [...new Set(encodings)].sort() }
}

function columnsOf(
  { schema }: FileMetadata,
  types: ReadonlyMap<string, string>,
  diagnostics: readonly Diagnostic[],
): FileFacts['columns'] {
  return schema.fields.map(node => {
    const name = node.name.toLowerCase()
    const type = types.get(name)
    const code = diagnostics.find(found => found.leftOut && topLevel(found) === name)?.code
    return { name, parquet: physicalText(node), ...(type === undefined ? { code: code ?? '' } : { type }) }
  })
}

/** The column that a finding is about; those of the samples have their dots at the end of their names at most. */
export const topLevel = ({ column = '' }: Diagnostic): string => column.split('.')[0]?.toLowerCase() ?? ''
