/** What is known of how an engine reads a table's files: kept on the table, a parameter for each engine. Pure. */
import type { Parameters, PartitionValues } from '../schema/table.ts'

/** A file that an engine failed on. */
export interface Failure {
  /** The kind of file that is held back for its sake; undefined where the engine reads another file of that kind. */
  readonly kind: string | undefined
  /** Path from the topic's folder. */
  readonly partition: string
  /** Tells this content of the file from any other that it may get. */
  readonly file: string
  readonly column?: string
  /** The engine's own words, or their beginning. */
  readonly said: string
}

export interface Proofs {
  /** Of the engine, when it read; undefined where it did not tell. */
  readonly version: string | undefined
  /** Kinds of file that it has read, the latest last. */
  readonly proven: readonly string[]
  /** Partitions that hold files of kinds that it has not read yet: paths from the topic's folder, the most urgent first. */
  readonly unproven: readonly string[]
  readonly failures: readonly Failure[]
  /** Some of the partitions that it could not be asked for, or did not see; undefined where nothing is left to be asked. */
  readonly unseen: readonly PartitionValues[] | undefined
}

export const NO_PROOFS: Proofs = {
  version: undefined,
  proven: [],
  unproven: [],
  failures: [],
  unseen: undefined,
}

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500
/** Partitions that wait for a proof: each stands for a kind of file, and a run reads more kinds than that. */
const MOST_UNPROVEN = 20
/** As many partitions tell whether an engine sees its tables anew. */
const MOST_UNSEEN = 10
/** Characters of what an engine said: enough to know the fault again. */
const MAX_SAID = 160

const OF_ENGINE = 'goldsync.engine.'

/** The table parameter of an engine. @param engine its name in the config */
const parameterOf = (engine: string): string => `${OF_ENGINE}${engine}`

interface Proving {
  readonly name: string
  readonly verify?: 'read' | 'metadata' | 'off'
}

/** What the table's parameters say of these engines, as far as they are to prove anything. */
export function proofsOn(
  parameters: Parameters = {},
  engines: readonly Proving[],
): ReadonlyMap<string, Proofs> {
  return new Map(
    engines
      .filter(({ verify }) => verify !== 'off')
      .map(({ name, verify }) => {
        const proofs = parseProofs(parameters[parameterOf(name)])
        return [name, verify === 'metadata' ? { ...NO_PROOFS, unseen: proofs.unseen } : proofs]
      }),
  )
}

/** The parameters to set and to remove so that the table says this; none where it does already. */
export function printProofs(proofs: ReadonlyMap<string, Proofs>, current: Parameters = {}) {
  const parameters: Record<string, string> = {}
  const removed: string[] = []
  for (const [engine, known] of proofs) {
    const key = parameterOf(engine)
    const text = print(known)
    if (text === current[key]) continue
    if (text === undefined) removed.push(key)
    else parameters[key] = text
  }
  return { parameters, removed }
}

/** Partitions that are looked at again, whatever has become of their files: paths from the topic's folder. */
export const pathsToProve = (proofs: ReadonlyMap<string, Proofs>): string[] =>
  [...proofs.values()].flatMap(({ unproven, failures }) => [
    ...unproven,
    ...failures.map(({ partition }) => partition),
  ])

/** What counts for an engine of this version: another one may read what the one before could not, and the reverse. */
export function ofVersion(proofs: Proofs, version: string | undefined): Proofs {
  if (version === undefined || proofs.version === version) return proofs
  if (proofs.version === undefined) return { ...proofs, version }
  const failed = proofs.failures.map(({ partition }) => partition)
  return { ...proofs, version, proven: [], failures: [], unproven: distinct([...failed, ...proofs.unproven]) }
}

/** What became of an engine's part of a run. */
export interface Proved {
  readonly version: string | undefined
  /** Kinds that it has read. */
  readonly proven: readonly string[]
  readonly failures: readonly Failure[]
  /** Files (`Failure.file`) that are no longer there. */
  readonly gone: ReadonlySet<string>
  /** Partitions that hold nothing more to be proven. */
  readonly settled: ReadonlySet<string>
  /** Partitions that hold it still. */
  readonly left: readonly string[]
  /** As `Proofs.unseen`; `as before` where the engine was not asked what it sees. */
  readonly unseen: readonly PartitionValues[] | undefined | 'as before'
}

/** @param before as the table says it now: other runs may have written since this one began */
export function afterRun(before: Proofs, run: Proved): Proofs {
  const { version, proven, failures, unproven, unseen } = ofVersion(before, run.version)
  const read = new Set(run.proven)
  const asked = new Set(run.failures.map(({ file }) => file))
  const stillFailing = failures
    .filter(({ file }) => !run.gone.has(file) && !asked.has(file))
    .filter(({ kind }) => kind === undefined || !read.has(kind))
  return {
    version,
    proven: [...proven.filter(kind => !read.has(kind)), ...run.proven],
    failures: [...stillFailing, ...run.failures],
    unproven: distinct([...run.left, ...unproven.filter(path => !run.settled.has(path))]),
    unseen: run.unseen === 'as before' ? unseen : unseenOf(unseen, run.unseen),
  }
}

/** Those of before stay, so that an engine that is down costs one write, and not one for each run. */
const unseenOf = (before: Proofs['unseen'] = [], now: Proofs['unseen']): Proofs['unseen'] =>
  now && distinct([...before, ...now].map(values => JSON.stringify(values))).map(text => JSON.parse(text))

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]

const isNothing = ({ proven, unproven, failures, unseen }: Proofs): boolean =>
  proven.length + unproven.length + failures.length === 0 && unseen === undefined

function print(proofs: Proofs): string | undefined {
  if (isNothing(proofs)) return undefined
  let kept: Proofs = {
    ...proofs,
    unproven: proofs.unproven.slice(0, MOST_UNPROVEN),
    failures: proofs.failures.map(failure => ({ ...failure, said: shorten(failure.said) })),
    unseen: proofs.unseen?.slice(0, MOST_UNSEEN),
  }
  while (textOf(kept).length > MAX_LENGTH) kept = smaller(kept)
  return textOf(kept)
}

const textOf = ({ proven, ...rest }: Proofs): string => JSON.stringify({ ...rest, proven: proven.join(' ') })

/** What is forgotten is proven anew: the oldest first. What is left to be done goes last. */
function smaller(proofs: Proofs): Proofs {
  const { proven, failures, unproven, unseen } = proofs
  if (proven.length > 0) return { ...proofs, proven: proven.slice(Math.ceil(proven.length / 8)) }
  if (failures.length > 1) return { ...proofs, failures: failures.slice(1) }
  if (unseen && unseen.length > 0) return { ...proofs, unseen: [] }
  return { ...proofs, failures: [], unproven: unproven.slice(0, -1) }
}

/** Without what statements and servers read as more than text. */
const shorten = (said: string): string =>
  said
    .replace(/[^\w .,:/()=<>-]+/g, ' ')
    .replace(/ +/g, ' ')
    .slice(0, MAX_SAID)

/** What is broken by somebody is read as nothing: it is proven anew. */
function parseProofs(text: string | undefined): Proofs {
  const found = recordIn(text ?? '{}')
  return found ? proofsIn(found) : NO_PROOFS
}

/** Whether the parameter is an engine's, and says nothing that can be read. */
export const isBrokenProofs = (key: string, text: string): boolean =>
  key.startsWith(OF_ENGINE) && recordIn(text) === undefined

function recordIn(text: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(text)
    return isRecord(found) ? found : undefined
  } catch {
    return undefined
  }
}

function proofsIn({ version, proven, unproven, failures, unseen }: Record<string, unknown>): Proofs {
  return {
    version: isText(version) ? version : undefined,
    proven: isText(proven) ? proven.split(' ').filter(kind => kind !== '') : [],
    unproven: listOf(unproven, isText),
    failures: listOf(failures, isRecord).flatMap(failureIn),
    unseen: Array.isArray(unseen)
      ? listOf(unseen, Array.isArray).map(values => listOf(values, isText))
      : undefined,
  }
}

function failureIn({ kind, partition, file, column, said }: Record<string, unknown>): Failure[] {
  if (!isText(partition) || !isText(file)) return []
  return [
    {
      kind: isText(kind) ? kind : undefined,
      partition,
      file,
      ...(isText(column) ? { column } : {}),
      said: isText(said) ? said : '',
    },
  ]
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = <T>(value: unknown, is: (one: unknown) => one is T): T[] =>
  Array.isArray(value) ? value.filter(is) : []
