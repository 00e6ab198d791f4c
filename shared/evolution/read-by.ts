/**
 * A file as those who read it take it: what one of them cannot read of it, or reads wrong, is left out, or the file is refused. A
 * column of a type that a reader cannot read stays out of the table, for all; how a file is packed is no trait of a column, and
 * a file that a reader cannot open is not accepted. What only some cannot read may be accepted all the same. Pure.
 */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import { asAccepted, type Unreadable } from './accepted.ts'
import { columnOf } from './column-of.ts'
import { printEffects } from './engines.ts'
import { effectsOn, isReadBySome, troublesFor } from './readers.ts'

export interface ReadBy {
  /** Without the columns that a reader cannot read; its findings are about these readers alone. */
  readonly file: DataFile
  /** Why the file as a whole is not accepted. */
  readonly refused: Diagnostic | undefined
}

export function asReadBy(
  file: DataFile,
  readers: readonly Reader[],
  unreadable: Unreadable = 'hold',
): ReadBy {
  const told = file.diagnostics.flatMap(found => about(found, readers))
  const troubles = told.flatMap(found => troubleIn(found, file, readers))
  const fits: Fits = all => all.length === 0 || (unreadable === 'warn' && isReadOf(all, readers))
  const typed = troubles.filter(({ found }) => !found.packing)
  const left = new Map(
    typed
      .filter(({ column }) => !fits(typed.filter(other => other.column === column)))
      .map(trouble => [trouble.column, trouble]),
  )
  const read = new Set(file.columns.map(({ name }) => name).filter(name => !left.has(name)))
  const staying = troubles.flatMap(trouble => ofFile(trouble, read))
  const refusing = unfit(staying, fits)
  if (refusing) {
    const trouble = troubles.find(({ found }) => found === refusing.found) ?? refusing
    return { file: { ...file, diagnostics: told }, refused: refusal(file, trouble) }
  }
  return { file: without(file, told, left, staying), refused: undefined }
}

type Fits = (troubles: readonly Trouble[]) => boolean

/** What the file is refused for: each column has to be read by someone, who has to open the file. */
function unfit(troubles: readonly Trouble[], fits: Fits): Trouble | undefined {
  return troubles.find(({ column, isWhole, found }) => {
    if (!isWhole && !found.packing) return false
    return [...new Set(troubles.map(other => other.column))]
      .filter(name => isWhole || name === column)
      .some(name => !fits(troubles.filter(other => other.isWhole || other.column === name)))
  })
}

interface Trouble {
  readonly found: Diagnostic
  readonly effects: readonly EngineEffect[]
  /** Of the file's columns, or `''`. */
  readonly column: string
  /** Whether a reader cannot open the file for it. */
  readonly isWhole: boolean
}

function troubleIn(found: Diagnostic, file: DataFile, readers: readonly Reader[]): Trouble[] {
  const effects = troublesFor(found.engines ?? [], readers)
  const isWhole = effects.some(closes)
  // What is left out already is no trouble, unless the file cannot be opened for it.
  if (effects.length === 0 || (found.leftOut === true && !isWhole)) return []
  return [{ found, effects, isWhole, column: columnOf(found, file.columns) ?? '' }]
}

/** What troubles a column that the table does not get, troubles nobody but who cannot open the file for it. */
function ofFile(trouble: Trouble, read: ReadonlySet<string>): Trouble[] {
  const { found, column, effects, isWhole } = trouble
  if (found.column === undefined || read.has(column)) return [trouble]
  return isWhole ? [{ ...trouble, effects: effects.filter(closes) }] : []
}

const closes = ({ effect }: EngineEffect): boolean => effect === 'refusesFile'

const isReadOf = (troubles: readonly Trouble[], readers: readonly Reader[]): boolean =>
  isReadBySome(
    troubles.flatMap(({ effects }) => effects),
    readers,
  )

/** What is only about engines that do not read the file need not be told. */
function about(found: Diagnostic, readers: readonly Reader[]): Diagnostic[] {
  if (found.engines === undefined) return [found]
  const engines = effectsOn(found.engines, readers)
  if (engines.length > 0) return [{ ...found, engines }]
  const { engines: _none, ...rest } = found
  return found.leftOut ? [rest] : []
}

const refusal = ({ path }: DataFile, { found, effects }: Trouble): Diagnostic => ({
  ...found,
  severity: 'warning',
  path,
  engines: effects,
  message: `${found.message}: ${printEffects(effects)}`,
})

/** @param accepted troubles of what stays */
function without(
  file: DataFile,
  told: readonly Diagnostic[],
  left: ReadonlyMap<string, Trouble>,
  accepted: readonly Trouble[],
): DataFile {
  const omitted = new Map([...left.values()].map(trouble => [trouble.found, trouble]))
  const taken = new Map(accepted.map(trouble => [trouble.found, trouble]))
  const diagnostics = told.map(found => {
    const [trouble, accepts] = [omitted.get(found), taken.get(found)]
    if (trouble) return { ...leftOut(file, trouble), ...(accepts ? { accepted: true as const } : {}) }
    return accepts ? asAccepted(found, accepts.effects) : found
  })
  if (left.size === 0) return { ...file, diagnostics }
  return {
    ...file,
    columns: file.columns.filter(({ name }) => !left.has(name)),
    allNames: file.allNames ?? file.columns.map(({ name }) => name),
    undeclared: [
      ...(file.undeclared ?? []),
      ...file.columns.flatMap(({ name, type }) => {
        const trouble = left.get(name)
        return trouble ? [{ path: [name], shape: trouble.found.code, type }] : []
      }),
    ],
    diagnostics,
  }
}

const leftOut = (file: DataFile, trouble: Trouble): Diagnostic => {
  const refused = refusal(file, trouble)
  return { ...refused, leftOut: true, message: `${refused.message}; the column is left out` }
}
