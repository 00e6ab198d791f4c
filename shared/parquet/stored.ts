/** A file's schema as it is stored, for readers who go by field ids, exact types and spelling. */
import type { StoredField, StoredFile } from '../schema/stored.ts'
import { MOST_STARTS } from './fold.ts'
import type { FileMetadata } from './footer.ts'
import { listElement } from './lists.ts'
import { mapParts } from './maps.ts'
import { physicalText } from './physical-text.ts'
import type { Group, Node } from './tree.ts'

export function storedFile({ schema, columns, starts }: FileMetadata): StoredFile {
  const isInOrder = starts.every((start, at) => start > (starts[at - 1] ?? 0))
  return {
    fields: schema.fields.map(fieldOf),
    sizes: columns.map(({ packed }) => packed.bytes),
    ...(isInOrder && starts.length <= MOST_STARTS ? { splits: starts } : {}),
  }
}

/** The schema's depth is bounded. */
function fieldOf(node: Node): StoredField {
  const { name, id } = node
  const about = { name, ...(id === undefined ? {} : { id }) }
  if (node.repetition === 'repeated') return { ...about, ...others(node) }
  return { ...about, ...formOf(node) }
}

type Form = Pick<StoredField, 'form' | 'fields'>

function formOf(node: Node): Form {
  if (node.kind === 'leaf') return { form: `${physicalText(node)}${node.local ? ' LOCAL' : ''}` }
  switch (node.logical?.kind) {
    case undefined:
      return { form: 'struct', fields: node.children.map(fieldOf) }
    case 'list': {
      const element = listElement(node)
      return element
        ? { form: 'list', fields: [fieldOf({ ...element, repetition: 'required' })] }
        : others(node)
    }
    case 'map': {
      const parts = mapParts(node)
      return parts?.value ? { form: 'map', fields: [parts.key, parts.value].map(fieldOf) } : others(node)
    }
    default:
      return others(node)
  }
}

/** What no table declares, or not so: its leaves are there all the same. */
const others = (node: Node): Form =>
  node.kind === 'leaf'
    ? { form: physicalText(node) }
    : { form: 'other', fields: (node as Group).children.map(fieldOf) }
