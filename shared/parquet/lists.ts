/** Which node is a list's element (parquet-format LogicalTypes.md, LIST, backward-compatibility rules). */
import type { Group, Node } from './tree.ts'

/** The element, whose own repetition no longer counts, or undefined where the group is no list. */
export function listElement(list: Group): Node | undefined {
  const [repeated, ...more] = list.children
  if (repeated?.repetition !== 'repeated' || more.length > 0) return undefined
  return isElement(repeated, list.name) ? repeated : only(repeated as Group)
}

/** Whether the repeated node is itself the element, as old writers have it, and not a wrapper around it. */
function isElement(repeated: Node, listName: string): boolean {
  // Rule 1.
  if (repeated.kind === 'leaf') return true
  const [child, ...more] = repeated.children
  // Rule 2 (and a group without fields, which wraps nothing).
  if (child === undefined || more.length > 0) return true
  // Impala, Trino, Hive 4: a repeated group that is a list or map itself.
  if (repeated.logical?.kind === 'list' || repeated.logical?.kind === 'map') return true
  // Rules 3 and 4; 5 is what remains.
  return child.repetition === 'repeated' || repeated.name === 'array' || repeated.name === `${listName}_tuple`
}

const only = (group: Group): Node | undefined => group.children[0]
