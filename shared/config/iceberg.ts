/** What Iceberg catalogs need to know of the lakes: where metadata goes, and whose names they must not take. */
import { relativeTo } from '../layout/location.ts'
import { resolveLocation } from '../storages/location.ts'
import { storageProblems } from '../storages/open.ts'
import type { LakeConfig } from './lakes.ts'
import type { ParsedConfig } from './schema.ts'

type Catalogs = ParsedConfig['catalogs']
type IcebergCatalog = Extract<Catalogs[string], { kind: 'iceberg' }>

/** The catalogs, each Iceberg catalog with its metadata's root; what is wrong is pushed to `problems`, a sentence each. */
export function placeIceberg(
  { catalogs, engines }: Pick<ParsedConfig, 'catalogs' | 'engines'>,
  lakes: readonly LakeConfig[],
  problems: string[],
): Catalogs {
  problems.push(...lakes.flatMap((lake, at) => takenNames(lake, at, catalogs)))
  problems.push(...askedEngines({ catalogs, engines }))
  const placed = Object.entries(catalogs).map(([name, catalog]) => {
    if (catalog.kind !== 'iceberg') return [name, catalog] as const
    return [name, place(name, catalog, lakes, problems)] as const
  })
  return Object.fromEntries(placed)
}

function place(
  name: string,
  catalog: IcebergCatalog,
  lakes: readonly LakeConfig[],
  problems: string[],
): IcebergCatalog {
  const own = lakes.filter(lake => lake.catalogs.includes(name))
  const roots = new Set(catalog.metadata === undefined ? own.flatMap(beside) : [resolved(catalog.metadata)])
  const [metadata] = roots
  if (metadata === undefined || roots.size > 1) {
    if (own.length > 0)
      problems.push(
        `catalogs.${name}.metadata: ${roots.size > 1 ? 'its lakes lie apart' : 'there is nothing beside the lake'}: set the folder for its metadata`,
      )
    return catalog
  }
  const around = lakes.find(({ location }) => overlap(location, metadata))
  if (around)
    problems.push(
      `catalogs.${name}.metadata: ${metadata} overlaps with the lake ${around.location}: topics would be looked for in it; set a folder beside the lake`,
    )
  const storage = catalog.storage ?? own[0]?.storage ?? {}
  problems.push(...storageProblems(metadata, storage).map(problem => `catalogs.${name}.${problem}`))
  return { ...catalog, metadata, storage }
}

/** `hdfs://nn/golden` → `hdfs://nn/golden_iceberg`; none beside the root of a file system or a bucket. */
function beside({ location }: LakeConfig): readonly string[] {
  const path = location.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '')
  return path === '' || path === '/' ? [] : [`${location}_iceberg`]
}

const resolved = (location: string): string => resolveLocation(location)

const overlap = (one: string, other: string): boolean =>
  relativeTo(one, other) !== undefined || relativeTo(other, one) !== undefined

/** A metastore has one table of a name, Hive's or Iceberg's. */
function takenNames(lake: LakeConfig, at: number, catalogs: Catalogs): readonly string[] {
  return lake.catalogs.flatMap(name => {
    const iceberg = catalogs[name]
    if (iceberg?.kind !== 'iceberg' || iceberg.tables.in !== 'hive') return []
    if (iceberg.database !== undefined && iceberg.database !== lake.database) return []
    const { uris } = iceberg.tables
    const other = lake.catalogs.find(each => sharesNames(catalogs[each], uris))
    if (other === undefined) return []
    return [
      `lakes[${at}].catalogs: ${other} and ${name} would have tables of the same names in one metastore: give the Iceberg tables a database of their own with catalogs.${name}.database`,
    ]
  })
}

/** Which metastore a HiveServer2 has is not known. */
function sharesNames(catalog: Catalogs[string] | undefined, uris: readonly string[]): boolean {
  if (catalog?.kind === 'hiveserver2') return true
  return catalog?.kind === 'metastore' && catalog.uris.some(uri => uris.includes(uri))
}

/** A catalog of Trino's shows Hive's tables or Iceberg's; other engines are not asked of Iceberg's. */
function askedEngines({ catalogs, engines }: Pick<ParsedConfig, 'catalogs' | 'engines'>): readonly string[] {
  return Object.entries(engines).flatMap(([name, engine]) => {
    const own = engine.catalogs ?? []
    const iceberg = own.find(each => catalogs[each]?.kind === 'iceberg')
    const other = own.find(each => catalogs[each]?.kind !== 'iceberg')
    if (iceberg === undefined) return []
    const at = `engines.${name}`
    if (engine.kind !== 'trino')
      return [
        `${at}.catalogs: ${iceberg} has Iceberg tables, of which goldsync asks Trino alone: leave it out`,
      ]
    if (other !== undefined)
      return [
        `${at}.catalogs: ${iceberg} has Iceberg tables, and ${other} has not: one catalog of Trino's shows one of both; make an engine for each, with the catalog of Trino's that shows it`,
      ]
    if (engine.caching)
      return [
        `${at}.caching: Trino caches nothing of Iceberg tables that it could be told to forget: leave it out`,
      ]
    return []
  })
}
