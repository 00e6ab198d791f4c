/** The roots by which a lake is known, and the lakes that lead to the same tables. Pure. */
import type { Catalog } from '../catalogs/catalog.ts'
import type { Lake } from './run.ts'

type Rooted = Pick<Lake, 'location' | 'catalogs' | 'formerLocations' | 'locationIn'>

/** Every root that the lake has or had, in any of its catalogs. */
export const rootsOf = (lake: Rooted): readonly string[] => [
  ...new Set([
    lake.location,
    ...lake.catalogs.map(({ name }) => lake.locationIn(name)),
    ...lake.formerLocations,
  ]),
]

/** The same, as this catalog writes it first. */
export const rootsIn = (lake: Rooted, { name }: Pick<Catalog, 'name'>): readonly string[] => [
  ...new Set([lake.locationIn(name), ...rootsOf(lake)]),
]

/** Those of the other lakes whose tables are in the same database of the same catalog. */
export const sharingDatabase = (lake: Lake, catalog: Catalog, others: readonly Lake[]): readonly Lake[] =>
  others.filter(
    other => other !== lake && other.database === lake.database && other.catalogs.includes(catalog),
  )
