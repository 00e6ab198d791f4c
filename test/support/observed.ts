/** Observed partitions for tests of the pure core. */
import type { DataFile, ObservedPartition, UnacceptedFile } from '../../shared/schema/observed.ts'
import { columns } from './types.ts'

const LAKE = '/lake/orders'

/** A file `name` of an hour of 2019-09-01 with these columns. */
export function dataFile(hour: string, name: string, ...texts: string[]): DataFile {
  return {
    path: `${LAKE}/2019/09/01/${hour}/${name}`,
    size: 1000,
    modified: Date.UTC(2019, 8, 1, Number(hour), 59),
    rows: 10,
    columns: columns(...texts),
    diagnostics: [],
  }
}

export function brokenFile(hour: string, name: string, code = 'CORRUPT_FOOTER'): UnacceptedFile {
  const path = `${LAKE}/2019/09/01/${hour}/${name}`
  const diagnostic = { code, severity: 'warning', path, message: 'it is broken', fix: 'mend it' } as const
  return { path, size: 7, modified: 1, diagnostic }
}

/** One hour of 2019-09-01. */
export function hourOf(
  hour: string,
  files: readonly DataFile[],
  unaccepted: readonly UnacceptedFile[] = [],
): ObservedPartition {
  return {
    values: ['2019', '09', '01', hour],
    segments: ['orders', '2019', '09', '01', hour],
    success: false,
    location: `${LAKE}/2019/09/01/${hour}`,
    time: Date.UTC(2019, 8, 1, Number(hour)),
    modified: Date.UTC(2019, 8, 1, Number(hour), 59),
    files,
    unaccepted,
  }
}
