/** The few of a file's own keys that tell how its values are meant. */
import { type Decoded, decodeText, each, lateBinary, readEach, struct, text } from './decode.ts'
import { corrupt } from './reject.ts'
import { type Cursor, WIRE } from './thrift.ts'

/** What tells of the calendar: of Hive 4, Spark 3 and Spark 2.4. */
const KNOWN = [
  'writer.date.proleptic',
  'org.apache.spark.legacyDateTime',
  'org.apache.spark.version',
] as const

type FileKey = (typeof KNOWN)[number]

export type FileKeys = ReadonlyMap<FileKey, string>

/** A value may be a whole schema: only those of known keys are looked at. */
const KEY_VALUE = struct({ key: [1, text], value: [2, lateBinary] })

/** Keys and values of which none is kept, as columns have them. */
export const KEYS = each(KEY_VALUE, named)

/** @throws FooterError `CORRUPT_FOOTER` without a key, which parquet.thrift requires */
function named({ key }: Decoded<typeof KEY_VALUE>): void {
  if (key === undefined) corrupt('one of the keys has a value and no name')
}

/** Longer values are not what these keys have. */
const MAX_VALUE = 100

export interface KeysDraft {
  readonly keys: Map<FileKey, string>
  /** The first key that has no value. */
  bareKey: string | undefined
}

/** Reads the list of keys of FileMetaData. @returns whether the field is that list */
export function readKeys(cursor: Cursor, draft: KeysDraft, id: number, wire: number): boolean {
  if (id !== 5 || wire !== WIRE.list) return false
  const { keys } = draft
  readEach(cursor, KEY_VALUE, pair => {
    named(pair)
    const { key, value } = pair
    if (!value) draft.bareKey ??= key
    const known = KNOWN.find(name => name === key)
    if (known && value) keys.set(known, decodeText(value().subarray(0, MAX_VALUE)))
    else if (known) keys.set(known, '')
  })
  return true
}
