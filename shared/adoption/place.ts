/** Whose table it is, by the lake that it records and by where it lies: a topic that is only named like it gets nothing of it. Pure. */
import type { Topic } from '../lake/found.ts'
import { relativeTo, sameLocation } from '../layout/location.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Table, tableId } from '../schema/table.ts'
import { LAKE, TOPIC } from '../state/table-state.ts'
import type { Finding } from './wants.ts'

/** A lake as one catalog knows it. */
export interface Home {
  /** Every root that the lake has or had, as the catalog writes it first. */
  readonly roots: readonly string[]
  /** Roots of other lakes of this config that lead to the same database. */
  readonly others: readonly string[]
  /** Whether the config names the table in `tables.adopt`. */
  readonly named: boolean
}

/** `elsewhere`: neither its location nor a record says that it is this lake's; its partitions may. */
export type Place = 'own' | 'elsewhere' | Finding

/** The topic's folder below every root of the lake. */
export const foldersOf = ({ segments }: Pick<Topic, 'segments'>, roots: readonly string[]): string[] =>
  roots.map(root => [root, ...segments].join('/'))

/** Judges by the table alone. */
export function placeOf(table: Table, topic: Topic, { roots, others, named }: Home): Place {
  const lake = table.parameters[LAKE]
  if (lake !== undefined && !isAmong(lake, roots)) return ofOtherLake(lake, topic, roots)
  if (named || isAmong(table.location, foldersOf(topic, roots))) return 'own'
  // Two lakes of one root have layouts that differ: then the record alone does not tell them apart.
  if (lake !== undefined && !isAmong(lake, others)) return 'own'
  const other = others.find(root => relativeTo(root, table.location) !== undefined)
  return other === undefined ? 'elsewhere' : ofOtherLake(other, topic, roots)
}

const isAmong = (location: string, known: readonly string[]): boolean =>
  known.some(each => sameLocation(each, location))

/** Of a table's partitions, as far as they were looked at, how many lie in its topic's folder, and how many in the lake. */
export interface Lying {
  readonly looked: number
  readonly inTopic: number
  readonly inLake: number
}

/** Judges a table that lies elsewhere by its partitions. @returns an error that refuses it, or a warning with which it goes on */
export function judgeElsewhere(
  table: Table,
  topic: Topic,
  roots: readonly string[],
  lying: Lying,
): Diagnostic {
  const about = { table: tableId(table.name), path: topic.location }
  const [folder = topic.location] = foldersOf(topic, roots)
  const why = reasonToGoOn(table, topic, lying)
  return { ...(why === undefined ? left(table, topic, folder) : goesOn(table, folder, why)), ...about }
}

function reasonToGoOn(table: Table, topic: Topic, { looked, inTopic, inLake }: Lying): string | undefined {
  const recorded = table.parameters[TOPIC] === topic.name
  if (looked > 0 && inTopic === looked) return 'its partitions lie in that folder'
  return recorded && (looked === 0 || inLake > 0) ? `it records topic ${topic.name} as its own` : undefined
}

const goesOn = ({ location }: Table, folder: string, why: string): Finding => ({
  code: 'TABLE_ELSEWHERE',
  severity: 'warning',
  message: `the table lies at ${location}, not in its topic's folder ${folder}; goldsync works on it all the same, since ${why}`,
  fix: 'nothing, if that is meant: this is said until goldsync.lake is on the table. Else give the topic another table with tables.rename',
})

const left = (table: Table, topic: Topic, folder: string): Finding => ({
  code: 'TABLE_ELSEWHERE',
  severity: 'error',
  message: `a table of this name lies at ${table.location}, not in the topic's folder ${folder}, and neither goldsync.topic nor its partitions say that it is the topic's: nothing of it is changed`,
  fix: `give the topic another table with tables.rename, or its lake another database; ${sameByAnotherAddress(table, topic)}if the table is the topic's, name it in tables.adopt: [${table.name.name}]`,
})

/** A location that ends as the topic's folder does is often the same folder, by a nameservice or another scheme. */
function sameByAnotherAddress({ location }: Table, { segments }: Topic): string {
  const tail = `/${segments.join('/')}`
  const plain = location.replace(/\/+$/, '')
  const root = plain.endsWith(tail) ? plain.slice(0, -tail.length) : ''
  return root === ''
    ? ''
    : `if ${root} is this lake by another address, say so with catalogLocations (or formerLocations, where the lake was there); `
}

const ofOtherLake = (lake: string, topic: Topic, [root = '']: readonly string[]): Finding => ({
  code: 'TABLE_OF_OTHER_LAKE',
  severity: 'error',
  message: `the table belongs to the lake ${lake}, so topic ${topic.name} of ${root} is not synced into it: each lake has marks of its own, and what is gone from one may be in the other`,
  fix: `give one of the lakes another database, or leave the topic out with tables.exclude, and query both tables by a view (docs/adoption.md#two-lakes); where this lake was at ${lake} before, name that in formerLocations`,
})
