/** Partitions that a catalog does not take, for what they are: pure. */
import type { ErrorSummary } from '../base/errors.ts'
import { compareFingerprint, FINGERPRINT, fingerprintOf } from '../evolution/fingerprint.ts'
import { fnv1a64 } from '../evolution/fnv.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { RegisteredPartition } from '../schema/partition.ts'
import { type Parameters, printValues } from '../schema/table.ts'
import type { Wait } from '../state/waits.ts'

/** The catalog has no room for it, which is known beforehand. */
const TOO_LONG = 'PARTITION_TOO_LONG'
/** The catalog was asked, and said no. */
export const REFUSED = 'PARTITION_REFUSED'

/** What no repetition mends: the partition is held back until its folder changes, or a full scan asks again. */
export const isRefusal = ({ code }: { readonly code?: string | undefined }): boolean =>
  code === TOO_LONG || code === REFUSED

/** Characters of what a server says. */
const SAID = 500

type Folder = Pick<PartitionFolder, 'values' | 'location'>

const about = ({ values, location }: Folder) => ({ partition: printValues(values), path: location })

/** @param why as `Catalog.cannotHold` */
export const tooLong = (folder: Folder, why: string, catalog: string): Diagnostic => ({
  code: TOO_LONG,
  severity: 'warning',
  ...about(folder),
  message: `the catalog ${catalog} cannot hold the partition: ${why}; it is held back`,
  fix: "have the writer use a shorter folder name, or one that Hive SQL can name; or leave the value out of the lake's partitionKeys, or give its key another type",
})

/**
 * @param isNew whether the partition is not registered
 * @param alone whether nothing tells that it is the partition's own fault, and not the table's
 */
export function refused(
  folder: Folder,
  { message, hint }: ErrorSummary,
  { catalog, isNew, alone }: { readonly catalog: string; readonly isNew: boolean; readonly alone: boolean },
): Diagnostic {
  const what = isNew ? 'the partition, which is held back' : 'to change the partition, which stays as it was'
  const when = alone
    ? 'nothing else was to be taken, so that it may be the table that is refused: every run tries again'
    : 'the catalog takes others; it is tried again when its folder changes, and by full scans'
  return {
    code: REFUSED,
    severity: alone ? 'error' : 'warning',
    ...about(folder),
    message: `the catalog ${catalog} refuses ${what}: ${said(message)} (${when})`,
    fix:
      hint ??
      "look at the partition's name and its folder, and at what the log of the catalog's server says of it",
  }
}

const said = (message: string): string => (message.length > SAID ? `${message.slice(0, SAID)} …` : message)

/** The wait of a partition that was refused, and not for want of a working table; kept until its files are others. */
export const waitOf = (folder: Pick<PartitionFolder, 'files'>) => ({ code: REFUSED, file: markOf(folder) })

/** Likewise of a registered one whose files are as its parameters say. */
export const waitOfRegistered = (parameters: Parameters = {}) => ({
  code: REFUSED,
  file: markOfPrint(parameters[FINGERPRINT]),
})

/** So short that waits.ts keeps it whole. */
const markOf = ({ files }: Pick<PartitionFolder, 'files'>): string => markOfPrint(fingerprintOf(files))
const markOfPrint = (print = ''): string => fnv1a64(print)

/** Whether it was refused while others were taken. */
export const wasRefused = (wait: Wait | undefined): boolean =>
  wait?.code === REFUSED && wait.file !== undefined

/** Whether it was refused while it had the files that the catalog has of it, and these are its files yet. */
function isAsRegistered(
  { files }: Pick<PartitionFolder, 'files'>,
  known: Pick<RegisteredPartition, 'parameters'> | undefined,
  { file }: Wait,
): boolean {
  const print = known?.parameters?.[FINGERPRINT]
  if (known === undefined || file !== markOfPrint(print)) return false
  return print === undefined || compareFingerprint(print, files) !== 'other'
}

/** Said by runs that do not ask again: undefined where it is to be asked. @param known undefined where it is not registered */
export function stillRefused(
  folder: Folder & Pick<PartitionFolder, 'files'>,
  known: Pick<RegisteredPartition, 'parameters'> | undefined,
  wait: Wait | undefined,
  catalog: string,
): Diagnostic | undefined {
  if (wait?.code !== REFUSED || !(wait.file === markOf(folder) || isAsRegistered(folder, known, wait)))
    return undefined
  const isNew = known === undefined
  const since = wait.since === undefined ? '' : ` since ${new Date(wait.since).toISOString().slice(0, 16)}Z`
  const what = isNew ? 'the partition' : 'to change the partition'
  const stays = isNew ? 'it is held back' : 'it stays as it was'
  return {
    code: REFUSED,
    severity: 'warning',
    ...about(folder),
    message: `the catalog ${catalog} has refused ${what}${since}; ${stays}, and is asked for again when its folder changes, and by full scans, which say why`,
    fix: 'goldsync sync with the partition named asks now, and says why',
  }
}
