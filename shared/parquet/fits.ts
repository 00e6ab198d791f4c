/** Which physical types an annotation may stand on (parquet-format LogicalTypes.md); one that may not means nothing. */
import type { Logical } from './logical.ts'
import type { Leaf } from './tree.ts'

/** Whether the annotation may stand on the leaf's physical type. */
export function fits(logical: Logical, { physical, length }: Leaf): boolean {
  const fixed = (bytes: number) => physical === 'FIXED_LEN_BYTE_ARRAY' && length === bytes
  switch (logical.kind) {
    case 'null':
      return true
    case 'decimal':
      return ['INT32', 'INT64', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY'].includes(physical)
    case 'date':
      return physical === 'INT32'
    case 'time':
      return physical === (logical.unit === 'millis' ? 'INT32' : 'INT64')
    case 'timestamp':
      return physical === 'INT64'
    case 'integer':
      return [8, 16, 32, 64].includes(logical.bits) && physical === (logical.bits === 64 ? 'INT64' : 'INT32')
    case 'uuid':
      return fixed(16)
    case 'interval':
      return fixed(12)
    case 'float16':
      return fixed(2)
    default:
      return physical === 'BYTE_ARRAY'
  }
}
