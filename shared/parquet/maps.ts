/** A map's key and value (parquet-format LogicalTypes.md, MAP): names are ignored, position counts. */
import type { Group, Node } from './tree.ts'

export interface MapParts {
  readonly key: Node
  /** Undefined for a set: a map of keys only. */
  readonly value: Node | undefined
}

/** The parts, or undefined where the group is no map. */
export function mapParts(map: Group): MapParts | undefined {
  const [pairs, ...more] = map.children
  if (pairs?.kind !== 'group' || pairs.repetition !== 'repeated' || more.length > 0) return undefined
  const [key, value, ...rest] = pairs.children
  return key === undefined || rest.length > 0 ? undefined : { key, value }
}
