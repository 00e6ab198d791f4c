/** Real data of the catalogs' suite on the stack's HDFS. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type CatalogHarness, DATA_COLUMNS } from '../conformance/catalog-support.ts'
import { hdfs } from './hdfs.ts'
import { writeParquet } from './pyarrow.ts'
import { stack } from './stack.ts'

/** @param local a folder of the test's own, in which files are made first */
export const writeToHdfs =
  (local: string): NonNullable<CatalogHarness['data']>['write'] =>
  async (location, file, rows) => {
    const written = join(local, file)
    const ids = Array.from({ length: rows }, (_, at) => at)
    const cells = [
      ['id', 'int64', ids],
      ['name', 'string', ids.map(String)],
    ] as const
    await writeParquet([{ file: written, columns: cells }])
    const path = `${location}/${file}`
    await hdfs.put(path.slice(stack.hdfs.uri.length), await readFile(written))
    const { size, mtimeMs } = await stat(written)
    return { path, size, modified: mtimeMs, rows, columns: DATA_COLUMNS, diagnostics: [] }
  }
