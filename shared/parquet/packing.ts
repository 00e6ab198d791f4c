/** How a file is packed, for people. */
import type { Codec } from './packed.ts'

export interface Packing {
  /** Of Parquet itself. */
  readonly formatVersion: number
  /** The writer as it names itself; '' where it does not. */
  readonly createdBy: string
  readonly rowGroups: number
  /** Compression of the column chunks, each once. */
  readonly codecs: readonly Codec[]
  /** Bytes of the metadata. */
  readonly footerBytes: number
}
