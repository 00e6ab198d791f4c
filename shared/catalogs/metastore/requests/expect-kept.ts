/** Whether the metastore keeps what it is told in another script than Latin: one whose database cannot has no error for it. */
import { GoldsyncError } from '../../../base/errors.ts'
import { hasOtherLetters, isWithoutLetters } from '../../../schema/lost-letters.ts'
import type { TableName } from '../../../schema/table.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Struct } from '../../hms/protocol/views.ts'
import { getTable, type Warehouse } from './warehouse.ts'

type Stored = Struct<'Table'>

/**
 * Reads the table again that was just written, where it has such letters.
 * @throws GoldsyncError `UNSUPPORTED` where they are lost
 */
export async function expectKept(
  warehouse: Warehouse,
  name: TableName,
  written: Stored,
  call: ClientCall,
): Promise<void> {
  const keys = Object.keys(written.parameters ?? {})
  const texts = textsOf(written, keys)
  if (!texts.some(text => text !== undefined && hasOtherLetters(text))) return
  const kept = textsOf(await getTable(warehouse, name, call), keys)
  const lost = texts.findIndex((text, at) => isWithoutLetters(kept[at] ?? '', text ?? ''))
  if (lost < 0) return
  throw new GoldsyncError(
    'UNSUPPORTED',
    `the metastore has kept ${JSON.stringify(kept[lost])} of ${JSON.stringify(texts[lost])}`,
    {
      hint: "the tables of the metastore's database hold no such letters: see docs/compatibility.md on MySQL and MariaDB",
    },
  )
}

/** In an order that two states of a table have in common. @param keys of the parameters to take */
const textsOf = ({ sd, parameters }: Stored, keys: readonly string[]): (string | undefined)[] => [
  sd?.location,
  ...keys.map(key => parameters?.[key]),
  ...(sd?.cols ?? []).flatMap(({ name, type, comment }) => [name, type, comment]),
]
