/**
 * Which builds understand what goldsync keeps on a table: one number for all its parameters, those of the partitions too. Pure.
 *
 * A build that gives a parameter another meaning raises `KNOWN_FORMAT`, and sets `goldsync.format` on a table before all else that
 * it writes there. New parameters need no new number: builds leave alone what they do not know.
 */
import { GoldsyncError } from '../base/errors.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { type Table, tableId } from '../schema/table.ts'

/** Table parameter. Absent: 1. */
export const FORMAT = 'goldsync.format'

const KNOWN_FORMAT = 1

type Kept = Pick<Table, 'name' | 'parameters'>

/** Whether this build must leave the table alone. What is no number may be a later build's way to say it. */
export const isNewer = ({ parameters: { [FORMAT]: format } }: Pick<Table, 'parameters'>): boolean =>
  format !== undefined && !(/^[1-9]\d{0,8}$/.test(format) && Number(format) <= KNOWN_FORMAT)

/** Why a run leaves the table alone; undefined where it need not. */
export const newerFormat = (table: Kept): Diagnostic | undefined =>
  isNewer(table)
    ? { code: 'FORMAT_NEWER', severity: 'error', message: messageOf(table), fix: FIX }
    : undefined

/** @throws GoldsyncError `UNSUPPORTED` where this build must leave the table alone */
export function expectKnownFormat(table: Kept): void {
  if (isNewer(table)) throw new GoldsyncError('UNSUPPORTED', messageOf(table), { hint: FIX })
}

/** Characters of what somebody wrote there. */
const SHOWN = 20

const messageOf = ({ name, parameters }: Kept): string =>
  `${FORMAT} of ${tableId(name)} is ${JSON.stringify(parameters[FORMAT]?.slice(0, SHOWN))}, and this build knows formats up to ${KNOWN_FORMAT}: a newer goldsync works on the table, and what it keeps there would be misread or overwritten; nothing of the table is changed`

const FIX =
  'update goldsync here to the version that works on the table; where somebody set the parameter by hand, remove it'
