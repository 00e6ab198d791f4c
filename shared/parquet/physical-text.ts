/** A field of a file's schema as the file has it, for people: physical type and annotation. */
import type { Logical } from './logical.ts'
import type { Node } from './tree.ts'

/** `INT32 DATE`, `BYTE_ARRAY STRING`, `FIXED_LEN_BYTE_ARRAY(5) DECIMAL(11,2)`, `LIST`, `repeated INT32`, `group`. */
export function physicalText(node: Node): string {
  const parts = [
    node.repetition === 'repeated' ? 'repeated' : '',
    node.kind === 'leaf' ? `${node.physical}${node.length > 0 ? `(${node.length})` : ''}` : '',
    node.logical ? logicalText(node.logical) : node.kind === 'group' ? 'group' : '',
  ]
  return parts.filter(part => part !== '').join(' ')
}

function logicalText(logical: Logical): string {
  switch (logical.kind) {
    case 'decimal':
      return `DECIMAL(${logical.precision},${logical.scale})`
    case 'time':
    case 'timestamp':
      return `${logical.kind.toUpperCase()}(${logical.unit.toUpperCase()})`
    case 'integer':
      return `${logical.signed ? 'INT' : 'UINT'}(${logical.bits})`
    case 'unknown':
      return logical.name
    default:
      return logical.kind.toUpperCase()
  }
}
