/**
 * A file as those who read it take it: what one of them cannot read of it, or reads wrong, is left out, or the file is refused. A
 * column of a type that a reader cannot read stays out of the table, for all; how a file is packed is no trait of a column, and
 * a file that a reader cannot open is not accepted. Pure.
 */
import type { Diagnostic, EngineEffect } from '../schema/diagnostic.ts'
import type { DataFile } from '../schema/observed.ts'
import type { Reader } from '../schema/reader.ts'
import { printEffects } from './engines.ts'
import { effectsOn, troublesFor } from './readers.ts'

export interface ReadBy {
  /** Without the columns that a reader cannot read; its findings are about these readers alone. */
  readonly file: DataFile
  /** Why the file as a whole is not accepted. */
  readonly refused: Diagnostic | undefined
}

export function asReadBy(file: DataFile, readers: readonly Reader[]): ReadBy {
  const told = file.diagnostics.flatMap(found => about(found, readers))
  const troubles = told.flatMap(found => {
    const effects = troublesFor(found.engines ?? [], readers)
    // What is left out already is no trouble, unless the file cannot be opened for it.
    const done = found.leftOut === true && !effects.some(isWhole)
    return effects.length === 0 || done ? [] : [{ found, effects }]
  })
  const left = new Map(
    troubles.filter(({ found }) => !found.packing).map(trouble => [topLevel(trouble.found, file), trouble]),
  )
  const read = new Set(file.columns.map(({ name }) => name).filter(name => !left.has(name)))
  const isRead = ({ found }: Trouble): boolean =>
    found.column === undefined || read.has(topLevel(found, file))
  const refusing = troubles.find(
    trouble => trouble.effects.some(isWhole) || (trouble.found.packing && isRead(trouble)),
  )
  if (refusing) return { file: { ...file, diagnostics: told }, refused: refusal(file, refusing) }
  if (left.size === 0) return { file: { ...file, diagnostics: told }, refused: undefined }
  return { file: without(file, told, left), refused: undefined }
}

interface Trouble {
  readonly found: Diagnostic
  readonly effects: readonly EngineEffect[]
}

const isWhole = ({ effect }: EngineEffect): boolean => effect === 'refusesFile'

/** A column's name may have dots in it: the longest that the path begins with. */
function topLevel({ column = '' }: Diagnostic, { columns }: DataFile): string {
  const path = column.toLowerCase()
  const names = columns.map(({ name }) => name).filter(name => path === name || path.startsWith(`${name}.`))
  return names.reduce((longest, name) => (name.length > longest.length ? name : longest), '')
}

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

function without(file: DataFile, told: readonly Diagnostic[], left: ReadonlyMap<string, Trouble>): DataFile {
  const diagnostics = told.map(found => {
    const trouble = left.get(topLevel(found, file))
    return trouble?.found === found ? leftOut(file, trouble) : found
  })
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
