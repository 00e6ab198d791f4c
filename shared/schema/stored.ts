/** How a file stores its columns, beyond Hive's types: for readers who go by field ids, exact types and the file's own spelling. */

export interface StoredField {
  /** As the file spells it; of a list's element, a map's key or value, the name that the file has there. */
  readonly name: string
  /** The writer's own field id; absent where it gave none. */
  readonly id?: number
  /** Of a leaf its physical type and annotation (`INT64 TIMESTAMP(MICROS) LOCAL`), else `struct`, `list`, `map` or `other`. */
  readonly form: string
  /** A struct's fields, a list's element, a map's key and value. */
  readonly fields?: readonly StoredField[]
}

export interface StoredFile {
  /** All top-level columns, in the file's order. */
  readonly fields: readonly StoredField[]
  /** Compressed bytes of each leaf column, in the file's order. */
  readonly sizes: readonly number[]
  /** Where its row groups begin, bytes, ascending; absent where there are too many, or they are in another order. */
  readonly splits?: readonly number[]
}
