/**
 * Kinds of file: an engine that reads one file of a kind reads all, so that it is let to read one. A kind is what a file is
 * physically, under the types that the table declares for what is in it. Pure.
 */
import { columnOf } from '../evolution/column-of.ts'
import { fnv1a64 } from '../evolution/fnv.ts'
import { effectsOn } from '../evolution/readers.ts'
import type { DataFile, LakeFile, ObservedPartition, UnacceptedFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import type { Failure, Proofs } from '../state/proofs.ts'

/** What the kind of a file follows from. */
export interface Traits {
  readonly signature: string
  /** Of all its top-level columns. */
  readonly names: readonly string[]
}

/** Undefined where nothing is known of how the file is packed: then there is nothing to be remembered. */
export const traitsOf = ({ signature, allNames, columns }: DataFile): Traits | undefined =>
  signature === undefined ? undefined : { signature, names: allNames ?? columns.map(({ name }) => name) }

/** What a reader is known not to read of a file, and that is accepted: columns of the table, or the whole file. */
export function unreadOf(
  { diagnostics }: DataFile,
  columns: readonly Column[],
  reader: Reader,
): ReadonlySet<string> | 'all' {
  const unread = new Set<string>()
  for (const found of diagnostics.filter(({ accepted }) => accepted)) {
    const effects = effectsOn(found.engines ?? [], [reader])
    const column = columnOf(found, columns)
    if (effects.some(({ effect }) => effect === 'refusesFile')) return 'all'
    if (effects.length > 0 && column !== undefined) unread.add(column)
  }
  return unread
}

/** Characters: a table has hundreds of kinds at most, so that two are taken for one never. */
const LENGTH = 12

/** @param declared the table's columns */
export function kindOf({ signature, names }: Traits, declared: readonly Column[]): string {
  const own = new Set(names)
  const types = declared.filter(({ name }) => own.has(name)).map(({ name, type }) => [name, printType(type)])
  return fnv1a64(JSON.stringify([signature, types])).slice(0, LENGTH)
}

/** Tells a file's content from any other that it may get under its name. */
export const contentOf = ({ path, size, modified, etag }: LakeFile): string =>
  fnv1a64(JSON.stringify([path.slice(path.lastIndexOf('/') + 1), size, modified, etag])).slice(0, LENGTH)

/** What is known of one engine that reads the table. */
export interface KnownEngine {
  readonly name: string
  readonly proofs: Proofs
}

export interface Admission {
  /** Path from the topic's folder. */
  readonly path: string
  readonly registered: boolean
  /** The table's columns. */
  readonly columns: readonly Column[]
  readonly engines: readonly KnownEngine[]
}

/**
 * The partition with those files as unaccepted that an engine is known to fail on. In a registered partition where it failed on
 * one file, the others may be what the user has written instead: they are read anew.
 */
export function withoutFailed(observed: ObservedPartition, admission: Admission): ObservedPartition {
  if (admission.engines.every(({ proofs }) => proofs.failures.length === 0)) return observed
  const refused = observed.files.flatMap(file => refusalOf(file, admission) ?? [])
  if (refused.length === 0) return observed
  const paths = new Set(refused.map(({ path }) => path))
  return {
    ...observed,
    files: observed.files.filter(({ path }) => !paths.has(path)),
    unaccepted: [...observed.unaccepted, ...refused],
  }
}

function refusalOf(file: DataFile, admission: Admission): UnacceptedFile | undefined {
  for (const engine of admission.engines) {
    const failure = failureOf(file, engine, admission)
    if (failure) return refused(file, engine, failure)
  }
  return undefined
}

function failureOf(
  file: DataFile,
  { proofs: { failures } }: KnownEngine,
  { path, registered, columns }: Admission,
): Failure | undefined {
  const here = failures.filter(({ partition }) => partition === path)
  const content = contentOf(file)
  const itself = here.find(failure => failure.file === content)
  const traits = traitsOf(file)
  if (itself || traits === undefined) return itself
  const kind = kindOf(traits, columns)
  const alike = failures.filter(failure => failure.kind === kind)
  return registered && here.some(failure => alike.includes(failure)) ? undefined : alike[0]
}

function refused(file: DataFile, { name, proofs }: KnownEngine, failure: Failure): UnacceptedFile {
  const { path, size, modified, etag } = file
  const itself = failure.file === contentOf(file)
  const engine = proofs.version === undefined ? name : `${name} (${proofs.version})`
  const column = failure.column === undefined ? '' : `, in column ${failure.column}`
  const what = itself ? 'failed on it' : `failed on a file of the same kind in ${failure.partition}`
  return {
    path,
    size,
    modified,
    ...(etag === undefined ? {} : { etag }),
    diagnostic: {
      code: CANNOT_READ,
      severity: 'warning',
      path,
      ...(failure.column === undefined ? {} : { column: failure.column }),
      message: `${engine} ${what}${column}: ${failure.said}`,
      fix: itself
        ? 'write the file anew, in another way'
        : `write it in another way; where only the file in ${failure.partition} is damaged, move that out of its folder or write it anew, and files of its kind are taken again`,
    },
  }
}

export const CANNOT_READ = 'ENGINE_CANNOT_READ'

/** Files that an engine failed on and that are there no longer, by what was found in a registered partition. */
export const goneFrom = (observed: ObservedPartition, path: string, { failures }: Proofs): string[] => {
  const contents = new Set([...observed.files, ...observed.unaccepted].map(contentOf))
  return failures
    .filter(({ partition, file }) => partition === path && !contents.has(file))
    .map(({ file }) => file)
}
