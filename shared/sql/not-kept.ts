/** What SQL has no statement for: callers ask the catalog's capabilities before they want it. */
import { GoldsyncError } from '../base/errors.ts'

export const noPartitionParameters = (): GoldsyncError =>
  new GoldsyncError('UNSUPPORTED', 'this catalog keeps no parameters of partitions')
