/** The Iceberg catalog over files and tables in memory, and what its tables hold. */
import type { Backend } from '../../shared/catalogs/iceberg/backend.ts'
import type { MetadataFiles } from '../../shared/catalogs/iceberg/files.ts'
import { currentSnapshot } from '../../shared/catalogs/iceberg/snapshot/current.ts'
import type { TableStore } from '../../shared/catalogs/iceberg/table-store.ts'
import type { ContentFile } from '../../shared/iceberg/manifest.ts'
import type { TableName } from '../../shared/schema/table.ts'
import { memoryStore } from './memory-tables.ts'
import { type Fault, memoryFiles } from './metadata-files.ts'

export const ROOT = 'memory://lake_iceberg'

export const memoryBackend = (fault?: Fault) => ({
  store: memoryStore(fault),
  files: memoryFiles(fault),
  root: ROOT,
})

/** Live data files of the current snapshot; none where there is no table. */
export async function liveFiles(
  { store, files }: Pick<Backend, 'store' | 'files'> & { store: TableStore; files: MetadataFiles },
  table: TableName,
): Promise<readonly ContentFile[]> {
  const loaded = await store.load(table)
  if (loaded === undefined || loaded === 'foreign') return []
  const current = currentSnapshot(files, loaded.metadata)
  const all: ContentFile[] = []
  for (const manifest of await current.manifests())
    if (manifest.addedFiles + manifest.existingFiles > 0)
      all.push(...(await current.read(manifest)).entries.map(({ file }) => file))
  return all
}

export const countRows = async (...about: Parameters<typeof liveFiles>): Promise<number> =>
  (await liveFiles(...about)).reduce((sum, { recordCount }) => sum + Number(recordCount), 0)
