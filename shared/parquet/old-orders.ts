/**
 * Which column order parquet-java takes for which column. It counts the entries of `column_orders` by children, one for each
 * group, while there is one for each leaf (ParquetMetadataConverter.buildChildren, up to 1.17): after a group the orders
 * land on other columns.
 */
import type { FileMetadata } from './footer.ts'
import type { ColumnOrder } from './idl.ts'
import type { Leaf, Node } from './tree.ts'

/** Leaf columns that get an order which parquet-java does not know. */
export function strangeOrders({ schema, orders }: FileMetadata): readonly Leaf[] {
  return orders === undefined ? [] : strangeIn(schema.fields, orders, 0)
}

function strangeIn(fields: readonly Node[], orders: readonly ColumnOrder[], first: number): Leaf[] {
  return fields.flatMap((node, at) => {
    if (node.kind === 'group') return strangeIn(node.children, orders, first + at)
    return orders[first + at]?.kind === 'type' || isUnordered(node) ? [] : [node]
  })
}

/** These have no order in any file. */
const isUnordered = ({ physical, logical }: Leaf): boolean =>
  physical === 'INT96' || logical?.kind === 'interval'
