/** What the owner of a lake accepts though some who read its tables fail on it: `types.unreadable`, `types.nullColumns`. Pure. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { DataFile, Undeclared } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import type { Column } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import { printEffects } from './engines.ts'
import { isReadBySome, troublesFor } from './readers.ts'
import { type Clash, clashWith, isTypeOfReaders, printPath, shapeOf } from './undeclared.ts'

/** `hold`: the type is held back; `declare`: it is given, and files with nulls under it are taken. */
type NullColumns = 'hold' | 'declare'

/** `hold`: what one of the readers cannot read is not accepted; `warn`: it is, where another of them reads it. */
export type Unreadable = 'hold' | 'warn'

export interface JudgeRules {
  /** Of a type for a name under which files hold only nulls, if engines then fail on these files. */
  readonly nullColumns: NullColumns
  /** Of files and columns that some of the readers fail on. */
  readonly unreadable: Unreadable
}

export interface Accepting extends Partial<JudgeRules> {
  /** Who reads the table; undefined where that is not the question. */
  readonly readers?: readonly Reader[]
}

/** Something that registered files hold and the table does not declare. */
export interface Remembered extends Undeclared {
  /** A partition that holds it: values joined by `/`. */
  readonly partition: string
}

/** What engines that fail on it, or misread it, make of this under these columns; undefined where none does. */
function clashFor(
  held: Undeclared,
  columns: readonly Column[],
  { readers = ANYBODY }: Accepting,
): Clash | undefined {
  const clash = clashWith(held, columns)
  const effects = troublesFor(clash?.effects ?? [], readers)
  return clash && effects.length > 0 ? { ...clash, effects } : undefined
}

/** The same, where it is not accepted. */
export function troubleWith(
  held: Undeclared,
  columns: readonly Column[],
  accepting: Accepting,
): Clash | undefined {
  const clash = clashFor(held, columns, accepting)
  return clash && option(held, clash, accepting) === undefined ? clash : undefined
}

/** Where it is not the question who reads the table, but what may become of it. */
const ANYBODY: readonly Reader[] = [
  { kind: 'hive', version: '4' },
  { kind: 'trino', version: undefined },
]

/** The option by which it is accepted. */
function option(
  held: Undeclared,
  { type, effects }: Clash,
  { nullColumns, unreadable, readers = ANYBODY }: Accepting,
): string | undefined {
  if (nullColumns === 'declare' && shapeOf(held).onlyNull === true) return 'types.nullColumns: declare'
  const mayBe = unreadable === 'warn' && isTypeOfReaders(held, type)
  return mayBe && isReadBySome(effects, readers) ? WARN : undefined
}

const WARN = 'types.unreadable: warn'

/** A finding of a file, as it is told where it is accepted. */
export const asAccepted = (found: Diagnostic, engines: Clash['effects']): Diagnostic => ({
  ...found,
  severity: 'warning',
  accepted: true,
  engines,
  message: `${found.message}: ${printEffects(engines)}, which ${WARN} accepts`,
})

/** The file with what is told of its nulls and the like under the types that the table has for them. */
export function withAccepted(file: DataFile, columns: readonly Column[], accepting: Accepting): DataFile {
  const notes = (file.undeclared ?? []).flatMap(held => {
    const found = acceptedUnder(held, columns, accepting, 'in this file')
    return found ? [{ ...found, path: file.path }] : []
  })
  return notes.length === 0 ? file : { ...file, diagnostics: [...file.diagnostics, ...notes] }
}

function acceptedUnder(
  held: Undeclared,
  columns: readonly Column[],
  accepting: Accepting,
  where: string,
): Diagnostic | undefined {
  const clash = clashFor(held, columns, accepting)
  const by = clash && option(held, clash, accepting)
  if (clash === undefined || by === undefined) return undefined
  const { type, effects } = clash
  const { code, what } = shapeOf(held)
  const column = printPath(held.path)
  return {
    code,
    severity: 'warning',
    accepted: true,
    column,
    message: `column ${column} ${what} ${where}, and is ${printType(type)} in the table; ${printEffects(effects)}, which ${by} accepts`,
    fix: `rewrite such files with ${column} as ${printType(type)}`,
    engines: effects,
  }
}

/**
 * What is told of registered files when the table gets a type under which some fail on them: once for each name.
 * @param before the table's columns, undefined for a new one
 */
export function exposedByType(
  remembered: readonly Remembered[],
  before: readonly Column[] | undefined,
  after: readonly Column[],
  accepting: Accepting,
): Diagnostic[] {
  return remembered
    .filter(held => clashFor(held, before ?? [], accepting) === undefined)
    .flatMap(
      held =>
        acceptedUnder(held, after, accepting, `in registered files (first seen in ${held.partition})`) ?? [],
    )
}
