/** Takes a table where it lies, or says why not: asks its partitions where the table itself does not say whose it is. */
import { type Adoption, adopt } from '../adoption/adoption.ts'
import { changedLayout } from '../adoption/changed-layout.ts'
import { foldersOf, judgeElsewhere, type Lying } from '../adoption/place.ts'
import type { Catalog } from '../catalogs/catalog.ts'
import type { Topic } from '../lake/found.ts'
import { relativeTo } from '../layout/location.ts'
import { rootsIn, sharingDatabase } from '../run/roots.ts'
import type { Lake, RunOptions } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Table, tableId } from '../schema/table.ts'
import { readerKinds } from '../table/readers.ts'

export type Adopted =
  | { readonly kind: 'refused'; readonly finding: Diagnostic }
  | (Extract<Adoption, { kind: 'adopted' }> & {
      readonly notes: readonly Diagnostic[]
      /** Whether the table was filled by another layout: what its marks say is of other folders. */
      readonly changed: boolean
    })

interface Wanted {
  readonly lake: Lake
  readonly topic: Topic
  /** The other lakes of the run. */
  readonly sisters?: readonly Lake[]
}

/** @throws GoldsyncError as `Catalog.partitions` */
export async function adoptAt(
  { lake, topic, sisters = [] }: Wanted,
  catalog: Catalog,
  table: Table | undefined,
  call: Pick<RunOptions, 'signal' | 'dryRun'>,
): Promise<Adopted> {
  const roots = rootsIn(lake, catalog)
  const others = sharingDatabase(lake, catalog, sisters).flatMap(sister => rootsIn(sister, catalog))
  const named = table !== undefined && lake.adopts(table.name.name)
  const readers = readerKinds(lake, catalog)
  const adoption = adopt(table, topic, lake.layout, { roots, others, named }, readers)
  if (adoption.kind === 'refused') return adoption
  if (adoption.kind === 'adopted') return withLayout(adoption, table, topic, lake)
  const lying = await whereItsPartitionsLie(catalog, table as Table, topic, roots, call)
  const finding = judgeElsewhere(table as Table, topic, roots, lying)
  if (finding.severity === 'error') return { kind: 'refused', finding }
  const taken = adopt(table, topic, lake.layout, { roots, others, named: true }, readers)
  return taken.kind === 'adopted' ? withLayout(taken, table, topic, lake, [finding]) : (taken as Adopted)
}

/** What is refused or told where the table was filled by another layout. */
function withLayout(
  adopted: Extract<Adoption, { kind: 'adopted' }>,
  table: Table | undefined,
  topic: Topic,
  { layout, adopts }: Lake,
  notes: readonly Diagnostic[] = [],
): Adopted {
  const change = table && changedLayout(table, layout, adopts(table.name.name))
  if (table === undefined || change === undefined) return { ...adopted, notes, changed: false }
  const finding = { ...change, table: tableId(table.name), path: topic.location }
  if (change.severity === 'error') return { kind: 'refused', finding }
  return { ...adopted, notes: [...notes, finding], changed: true }
}

/** Partitions that are looked at, spread over all of them; where each costs a request, fewer. */
const LOOKED_AT = { bulk: 100, single: 10 } as const

async function whereItsPartitionsLie(
  catalog: Catalog,
  table: Table,
  topic: Topic,
  roots: readonly string[],
  call: Pick<RunOptions, 'signal' | 'dryRun'>,
): Promise<Lying> {
  const names = await catalog.partitions(table, { want: 'names' }, call)
  const most = catalog.capabilities.bulkDetails ? LOOKED_AT.bulk : LOOKED_AT.single
  const step = Math.max(1, names.length / most)
  const among = Array.from(
    { length: Math.min(most, names.length) },
    (_, at) => names[Math.floor(at * step)],
  ).flatMap(one => (one ? [one.values] : []))
  const known = among.length === 0 ? [] : await catalog.partitions(table, { want: 'details', among }, call)
  const places = known.flatMap(({ location }) => location ?? [])
  const below = (folders: readonly string[]) =>
    places.filter(place => folders.some(folder => relativeTo(folder, place) !== undefined)).length
  return { looked: places.length, inTopic: below(foldersOf(topic, roots)), inLake: below(roots) }
}
