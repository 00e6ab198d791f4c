/** Where Iceberg tables are kept, in memory: pointers that are swapped, with any call made to fail. */
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Loaded, TableStore } from '../../shared/catalogs/iceberg/table-store.ts'
import { applyStaged } from '../../shared/iceberg/apply.ts'
import type { Staged, TableMetadata } from '../../shared/iceberg/metadata.ts'
import { idsOf } from '../../shared/iceberg/paths.ts'
import { textOfFields } from '../../shared/iceberg/stage.ts'
import { type TableName, tableId } from '../../shared/schema/table.ts'
import type { Fault } from './metadata-files.ts'

interface MemoryStore extends TableStore {
  readonly tables_: Map<string, Loaded | 'foreign'>
  readonly databases_: Set<string>
}

export function memoryStore(fault: Fault = () => {}): MemoryStore {
  const tables = new Map<string, Loaded | 'foreign'>()
  const databases = new Set<string>()
  let version = 0
  const around = async <T>(call: string, work: () => T): Promise<T> => {
    fault(call, 'before')
    const done = work()
    fault(call, 'after')
    return done
  }
  const commit: TableStore['commit'] = (table, _base, staged) =>
    around('commit', () => {
      const now = tables.get(tableId(table))
      if (!databases.has(table.database))
        throw new GoldsyncError('NOT_FOUND', `database ${table.database} does not exist`)
      if (now === 'foreign') throw new GoldsyncError('CONFLICT', 'no Iceberg table')
      const isNew = staged.requirements.some(({ type }) => type === 'assert-create')
      if (isNew === (now !== undefined)) throw new GoldsyncError('CONFLICT', 'it is there, or is not')
      const metadata = applyStaged(now?.metadata, now ? asJava(now.metadata, staged) : staged, {
        now: Date.now(),
        ...(now ? { metadataLocation: now.metadataLocation } : {}),
      })
      const loaded = { metadata, metadataLocation: `memory://${++version}.metadata.json` }
      tables.set(tableId(table), loaded)
      return loaded
    })
  return {
    tables_: tables,
    databases_: databases,
    commit,
    async load(table, { signal } = {}) {
      if (signal?.aborted) throw new GoldsyncError('ABORTED', 'aborted')
      return around('load', () => tables.get(tableId(table)))
    },
    tables: async database =>
      [...tables.keys()].flatMap(id =>
        id.startsWith(`${database}.`) ? [id.slice(database.length + 1)] : [],
      ),
    hasDatabase: database => around('hasDatabase', () => databases.has(database)),
    createDatabase: database => around('createDatabase', () => void databases.add(database)),
    databases: async () => [...databases],
    rename: (from: TableName, to: TableName) =>
      around('rename', () => {
        if (tables.has(tableId(to))) throw new GoldsyncError('CONFLICT', `${tableId(to)} exists already`)
        const loaded = tables.get(tableId(from))
        if (loaded) tables.set(tableId(to), loaded)
        tables.delete(tableId(from))
      }),
    close: async () => {},
  }
}

/** As servers take it that are built on Iceberg-Java: no schema is added twice, and a table's last id is by its schemas. */
function asJava(base: TableMetadata, { requirements, updates }: Staged): Staged {
  const known = new Set(base.schemas.map(textOfFields))
  const taken = updates.filter(
    update => update.action !== 'add-schema' || !known.has(textOfFields(update.schema)),
  )
  const isAdded = taken.some(({ action }) => action === 'add-schema')
  if (!isAdded && taken.some(update => update.action === 'set-current-schema' && update['schema-id'] === -1))
    throw new GoldsyncError('REQUEST_INVALID', 'Cannot set last added schema: no schema has been added')
  return {
    requirements,
    updates: taken.map(update =>
      update.action === 'add-schema'
        ? { ...update, 'last-column-id': Math.max(...idsOf(update.schema)) }
        : update,
    ),
  }
}
