/**
 * Names that differ in case only, which no table has, and on which engines that look names up without case fail all the same:
 * Presto on the column that has them within it, Trino and Presto on the file where the two are not of one form.
 */
import type { Diagnostic } from '../schema/diagnostic.ts'
import { finding } from './findings.ts'
import { ambiguousNames, lower } from './names.ts'
import type { Node, Schema } from './tree.ts'

export function alikeFindings({ fields }: Schema): readonly Diagnostic[] {
  const within = fields.filter(field => field.kind === 'group' && hasAlike(field.children))
  const lost = within.length > 0 || isAlike(fields) ? lostIn(fields, fields, new Map()) : undefined
  return [...within.map(({ name }) => twice(name)), ...(lost === undefined ? [] : [unlike(lost)])]
}

const isAlike = (nodes: readonly Node[]): boolean => ambiguousNames(nodes.map(({ name }) => name)).size > 0

const hasAlike = (nodes: readonly Node[]): boolean =>
  isAlike(nodes) || nodes.some(node => node.kind === 'group' && hasAlike(node.children))

/** By the list of a group's nodes, each name's last: the one that engines find. */
type Found = Map<readonly Node[], ReadonlyMap<string, Node>>

/** The first column that engines do not find where they look for it. @param looked where they look for these nodes */
function lostIn(nodes: readonly Node[], looked: readonly Node[], found: Found): string | undefined {
  const byName = found.get(looked) ?? new Map(looked.map(node => [lower(node.name), node]))
  found.set(looked, byName)
  for (const node of nodes) {
    const other = byName.get(lower(node.name))
    if (other === undefined || other.kind !== node.kind) return node.name
    if (node.kind === 'leaf' || other.kind === 'leaf') continue
    const lost = lostIn(node.children, other.children, found)
    if (lost !== undefined) return `${node.name}.${lost}`
  }
  return undefined
}

const twice = (name: string): Diagnostic =>
  finding('DUPLICATE_WITHIN', `column '${name}' has names in it that differ in case only`, name)

const unlike = (path: string): Diagnostic =>
  finding(
    'DUPLICATE_UNLIKE',
    `column '${path}' is not of the form of the one whose name differs in case only`,
    path,
  )
