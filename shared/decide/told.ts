/** What is told of accepted files: once for each partition, with the files of what is accepted though a reader fails on it. Pure. */
import { type Accepting, exposedByType, type Remembered, withAccepted } from '../evolution/accepted.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { AcceptedPartition } from '../schema/observed.ts'
import { type Column, printValues } from '../schema/table.ts'

/** Each code of a column once; of those that are accepted all files are named. */
export function dedupe(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byKey = new Map<string, readonly Diagnostic[]>()
  for (const found of diagnostics) {
    // Names that differ in case are told each.
    const key = JSON.stringify([found.code, found.column, found.partition])
    byKey.set(key, [...(byKey.get(key) ?? []), found])
  }
  return [...byKey.values()].map(one => {
    const [first, ...others] = one.filter(({ accepted }) => accepted)
    if (first === undefined) return one.at(-1) as Diagnostic
    return others.length === 0
      ? first
      : { ...first, message: `${first.message} (${filesOf([first, ...others])})` }
  })
}

const keyOf = ({ code, column = '', partition }: Diagnostic): string =>
  JSON.stringify([code, column.toLowerCase(), partition])

/** Files in a message. */
const NAMED = 5

function filesOf(found: readonly Diagnostic[]): string {
  const names = [...new Set(found.map(({ path = '' }) => path.slice(path.lastIndexOf('/') + 1)))].sort()
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return `in ${names.slice(0, NAMED).join(', ')}${more}`
}

export interface Taking extends Accepting {
  /** The table's, before. */
  readonly columns: readonly Column[] | undefined
  readonly remembered?: readonly Remembered[]
  /** `database.table`. */
  readonly table: string
}

/**
 * The partitions with what their files, and files of before, hold under the columns that the table ends up with and its owner
 * accepts there.
 * @param told of the partitions so far
 */
export function takeAccepted(
  partitions: readonly AcceptedPartition[],
  columns: readonly Column[],
  told: readonly Diagnostic[],
  taking: Taking,
): { readonly accepted: readonly AcceptedPartition[]; readonly diagnostics: readonly Diagnostic[] } {
  const accepted = partitions.map(partition => ({
    ...partition,
    files: partition.files.map(file => withAccepted(file, columns, taking)),
  }))
  const { table, remembered = [] } = taking
  const seen = new Set(accepted.map(({ observed }) => printValues(observed.values)))
  const others = remembered.filter(({ partition }) => !seen.has(partition))
  const notes = accepted.flatMap(({ observed, files }, at) => {
    const before = new Set(partitions[at]?.files.flatMap(file => file.diagnostics))
    const news = files.flatMap(file => file.diagnostics.filter(found => !before.has(found)))
    return dedupe(news).map(note => ({ ...note, table, partition: printValues(observed.values) }))
  })
  const replaced = new Set(notes.map(keyOf))
  return {
    accepted,
    diagnostics: [
      ...told.filter(found => !replaced.has(keyOf(found))),
      ...notes,
      ...exposedByType(others, taking.columns, columns, taking).map(note => ({ ...note, table })),
    ],
  }
}
