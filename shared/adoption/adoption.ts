/** Which tables goldsync works on: its own, and those that somebody else made and that it can adopt as they are. */
import { GoldsyncError } from '../base/errors.ts'
import type { Topic } from '../lake/found.ts'
import type { Layout } from '../layout/layout.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { isWithoutLetters } from '../schema/lost-letters.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { type Column, type Table, tableId } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import { newerFormat } from '../state/format.ts'
import { keptLayout, printKeyRules } from '../state/kept-layout.ts'
import { TOPIC } from '../state/table-state.ts'
import { type Home, placeOf } from './place.ts'
import { tableFormatIn } from './table-format.ts'
import { asOthersWant, type Finding } from './wants.ts'

export type Adoption =
  /** `layout`: the lake's, with the types of the table's partition keys. */
  | { readonly kind: 'adopted'; readonly layout: Layout }
  /** It lies elsewhere, and its partitions have to say whether it is the topic's all the same (place.ts). */
  | { readonly kind: 'elsewhere' }
  /** Why goldsync does not touch the table. */
  | { readonly kind: 'refused'; readonly finding: Diagnostic }

/**
 * Takes an existing table as it is, or says why not. Nothing of it is ever rewritten to fit.
 * @param home the topic's lake @param readers who reads the table
 */
export function adopt(
  table: Table | undefined,
  topic: Topic,
  layout: Layout,
  home: Home,
  readers: readonly ReaderKind[],
): Adoption {
  if (table === undefined) return { kind: 'adopted', layout }
  const newer = newerFormat(table)
  if (newer) return refused(newer, table, topic)
  const place = placeOf(table, topic, home)
  const foreign = typeof place === 'object' ? place : foreignTo(table, topic)
  if (foreign) return refused(foreign, table, topic)
  // What would make it fit is not said of a table that may be somebody else's.
  if (place === 'elsewhere') return { kind: 'elsewhere' }
  const adopted = otherNames(table, layout) ?? asOthersWant(table, readers) ?? withTableKeys(table, layout)
  return 'code' in adopted ? refused(adopted, table, topic) : { kind: 'adopted', layout: adopted }
}

const refused = (finding: Finding, table: Table, topic: Topic): Adoption => ({
  kind: 'refused',
  finding: { ...finding, table: tableId(table.name), path: topic.location },
})

function foreignTo(table: Table, topic: Topic): Finding | undefined {
  const owner = table.parameters[TOPIC]
  if (owner !== undefined && owner !== topic.name)
    return isWithoutLetters(owner, topic.name) ? unreadable(owner, topic) : ownedBy(owner, topic)
  const format = tableFormatIn(table)
  if (format) return ofTableFormat(format)
  if (table.kind !== 'external' || table.parameters.transactional === 'true') return notExternal(table)
  return table.format === 'parquet' ? undefined : notParquet(table)
}

const otherNames = (table: Table, layout: Layout): Finding | undefined =>
  printNames(table.partitionKeys) === printNames(layout.partitionKeys) ? undefined : otherKeys(table, layout)

/** Values must be spelled as the catalog does: for an int key `1`, since `01` would be a second partition of one folder. */
function withTableKeys(table: Table, layout: Layout): Layout | Finding {
  if (printKeys(table.partitionKeys) === printKeys(layout.partitionKeys)) return layout
  try {
    return layout.withKeys(table.partitionKeys)
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    return otherTypes(table, layout, error)
  }
}

const printNames = (keys: readonly Column[]): string => keys.map(key => key.name).join(', ')
const printKeys = (keys: readonly Column[]): string =>
  keys.map(key => `${key.name} ${printType(key.type)}`).join(', ')

const ownedBy = (owner: string, topic: Topic): Finding => ({
  code: 'NAME_COLLISION',
  severity: 'error',
  message: `the table belongs to topic ${owner}, so topic ${topic.name} is not synced into it`,
  fix: `give topic ${topic.name} another table with tables.rename`,
})

const unreadable = (kept: string, topic: Topic): Finding => ({
  code: 'NAME_COLLISION',
  severity: 'error',
  message: `the table says that it belongs to topic ${kept}, which is what a catalog keeps of ${topic.name} whose database holds no such letters`,
  fix: "see docs/compatibility.md on MySQL and MariaDB: once the columns of the metastore's database are utf8mb4, drop the table (its files stay) and run goldsync again; or give the folder a name in ASCII",
})

const ofTableFormat = (format: string): Finding => ({
  code: 'TABLE_FORMAT',
  severity: 'warning',
  message: `the table is registered as a ${format} table; as plain Parquet, engines would read every version of its files`,
  fix: `leave it to ${format}'s own catalog integration, and exclude the topic with tables.exclude`,
})

const notExternal = (table: Table): Finding => ({
  code: 'TABLE_NOT_EXTERNAL',
  severity: 'error',
  message: `the table is ${table.kind === 'view' ? 'a view' : 'managed by the engine'}; goldsync works on external tables only, so that no file of the lake can be lost with a table`,
  fix: 'rename the table, or give the topic another one with tables.rename',
})

const notParquet = (table: Table): Finding => ({
  code: 'TABLE_NOT_PARQUET',
  severity: 'error',
  message: `the table's format is ${table.format || 'not told'}, not Parquet`,
  fix: 'give the topic another table with tables.rename',
})

const otherKeys = (table: Table, layout: Layout): Finding => ({
  code: 'PARTITION_KEYS_DIFFER',
  severity: 'error',
  message: `the table is partitioned by (${printNames(table.partitionKeys)}), the layout ${layout.template} by (${printNames(layout.partitionKeys)})${syncedBy(table)}`,
  fix: "set the lake's partitionKeys to the table's, or give the topic another table with tables.rename",
})

function syncedBy({ parameters }: Table): string {
  const kept = keptLayout(parameters)
  return kept === undefined
    ? ''
    : `; it was synced by ${kept.template} (${printKeyRules(kept.partitionKeys)})`
}

const otherTypes = (table: Table, layout: Layout, { message }: GoldsyncError): Finding => ({
  code: 'PARTITION_KEYS_DIFFER',
  severity: 'error',
  message: `the table is partitioned by (${printKeys(table.partitionKeys)}), which the folders of ${layout.template} do not give: ${message}`,
  fix: "set the lake's partitionKeys so that they give values of these types, or give the topic another table with tables.rename",
})
