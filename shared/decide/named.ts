/** What a run says of one partition that somebody asks about: pure. */
import type { NamedPartition, TableReport } from '../run/report.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import { printValues } from '../schema/table.ts'
import { findingsOnPartition, isAmong } from './findings.ts'
import type { PlaceTrouble } from './places.ts'
import { isRefusal } from './refused.ts'

/** What one engine is known to make of a partition. */
export interface EngineWord {
  readonly engine: string
  /** Whether it was asked after the partition was registered, and sees it. */
  readonly visible: boolean
  /** Locations of files in it of whose kinds it has read one. */
  readonly read: ReadonlySet<string>
}

/** What one table's run has found of a partition. */
export interface AskedPartition {
  /** As the table has it. */
  readonly folder: PartitionFolder
  /** From the topic's folder. */
  readonly path: string
  /** Whether the catalog has it after the run. */
  readonly registered: boolean
  readonly trouble: PlaceTrouble | undefined
  /** Locations of accepted files; undefined where no footer was read, since nothing has changed. */
  readonly accepted: ReadonlySet<string> | undefined
  readonly engines: readonly EngineWord[]
}

export type Verdict = Pick<NamedPartition, 'state' | 'code' | 'message'>

/**
 * @param path the partition's, from the topic's folder
 * @param asked undefined where its folder was not looked at
 * @param unlisted what kept the run from listing it
 */
export function verdictOn(
  path: string,
  asked: AskedPartition | undefined,
  table: Pick<TableReport, 'outcome' | 'error' | 'diagnostics' | 'held' | 'pending'>,
  unlisted?: Diagnostic,
): Verdict {
  if (unlisted) return because('unknown', unlisted)
  if (table.outcome === 'refused') return because('held', table.diagnostics[0])
  if (asked === undefined) return notLookedAt(path, table)
  if (asked.registered) return ofRegistered(asked, table)
  const { files, unaccepted, empty = [] } = asked.folder
  if (files.length + unaccepted.length === 0)
    return empty.length === 0 ? { state: 'absent' } : because('absent', onlyEmpty(empty))
  const stopped = table.error ?? (table.outcome === 'partial' ? OUT_OF_TIME : undefined)
  if (stopped && !isAmong(asked.path, table.held)) return because('unknown', stopped)
  return waiting(asked, table)
}

const onlyEmpty = (files: readonly string[]) => ({
  code: 'EMPTY_FILE',
  message: `only empty files are in its folder: ${files[0]?.split('/').at(-1)}${files.length > 1 ? `, and ${files.length - 1} more` : ''}`,
})

const because = (state: Verdict['state'], why: Pick<Diagnostic, 'code' | 'message'> | undefined): Verdict =>
  why === undefined ? { state } : { state, code: why.code, message: why.message }

export const OUT_OF_TIME = {
  code: 'TIMEOUT',
  message: 'the deadline came before it was looked at; the next run does it',
} as const

export const isOutOfTime = ({ message }: { readonly message?: string }): boolean =>
  message === OUT_OF_TIME.message

function notLookedAt(
  path: string,
  { outcome, error, diagnostics }: Pick<TableReport, 'outcome' | 'error' | 'diagnostics'>,
): Verdict {
  if (error) return because('unknown', error)
  if (outcome === 'partial') return because('unknown', OUT_OF_TIME)
  const left = diagnostics.find(
    ({ code, path: at = '' }) => code === 'PARTITION_VALUES_DIFFER' || `${at}/`.includes(`/${path}/`),
  )
  return left ? because('held', left) : { state: 'absent' }
}

/** What ends by itself: the next run looks again. */
const WAITS: ReadonlySet<string> = new Set([
  'AWAITING_SUCCESS',
  'TEMPORARY_FILE',
  'FILE_UNREADABLE',
  'FILE_REPLACED',
])

const findingsOn = ({ folder }: AskedPartition, { diagnostics }: Pick<TableReport, 'diagnostics'>) =>
  findingsOnPartition(printValues(folder.values), folder.location, diagnostics)

function ofRegistered(
  asked: AskedPartition,
  table: Pick<TableReport, 'diagnostics' | 'pending' | 'error'>,
): Verdict {
  const { folder, path, trouble } = asked
  const found = findingsOn(asked, table)
  const elsewhere = found.find(({ code }) => code === 'PARTITION_ELSEWHERE')
  if (elsewhere) return because('held', elsewhere)
  const error = found.find(({ severity, code }) => severity === 'error' && !WAITS.has(code))
  if (error) return because('exposed', error)
  if (trouble) return because('exposed', { code: trouble.code, message: `${trouble.engine} ${trouble.does}` })
  if (isAmong(path, table.pending)) return waiting(asked, table)
  if (table.error) return because('unknown', table.error)
  return folder.files.length === 0 ? { state: 'absent', ...GONE } : { state: 'registered' }
}

const GONE = {
  code: 'VANISHED_PARTITIONS',
  message: 'the catalog has the partition, but no data file is in its folder, or the folder is gone',
} as const

/** A partition that needs another look: held for a file that is not accepted, or incomplete. */
function waiting(asked: AskedPartition, table: Pick<TableReport, 'diagnostics'>): Verdict {
  const found = findingsOn(asked, table)
  const refusal = found.find(isRefusal)
  if (refusal) return because('held', refusal)
  const waits = found.filter(({ code }) => WAITS.has(code))
  const others = found.filter(
    ({ code, severity, path, accepted }) =>
      !WAITS.has(code) && severity !== 'info' && !accepted && path !== asked.folder.location,
  )
  if (waits.length > 0 && others.length === 0) return because('incomplete', waits[0])
  const { trouble } = asked
  if (trouble) return because('held', { code: trouble.code, message: `${trouble.engine} ${trouble.does}` })
  return because(
    'held',
    others[0] ?? found.find(({ severity }) => severity !== 'info') ?? table.diagnostics[0],
  )
}
