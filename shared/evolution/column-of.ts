/** Which column a finding is about. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'

/** Of these, or undefined. A column's name may have dots in it: the longest that the path begins with. */
export function columnOf({ column = '' }: Diagnostic, columns: readonly Column[]): string | undefined {
  const path = column.toLowerCase()
  const names = columns.map(({ name }) => name).filter(name => path === name || path.startsWith(`${name}.`))
  return names.reduce<string | undefined>(
    (longest, name) => (longest === undefined || name.length > longest.length ? name : longest),
    undefined,
  )
}
