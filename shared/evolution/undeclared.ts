/**
 * What files hold under names that their schemas do not declare, against a table that declares them, or comes to: pure.
 * A name may be at any depth: `v.[].b` is the field `b` of the elements of `v`.
 */
import type { EngineEffect } from '../schema/diagnostic.ts'
import type { Undeclared } from '../schema/observed.ts'
import type { Column } from '../schema/table.ts'
import { printType, sameType, type Type } from '../schema/type.ts'
import { leftOutEffects } from './engines.ts'
import { mergeType } from './merge.ts'
import { SHAPES, type Shape, type TypeKey } from './undeclared-facts.ts'

/** What a table declares under a name, and what engines make of what a file holds there. */
export interface Clash {
  readonly type: Type
  readonly effects: readonly EngineEffect[]
}

/** The types that a table has on the way to a name, the outermost first; undefined where it ends before. */
function declaredAt(path: readonly string[], columns: readonly Column[]): Declared {
  const [top, ...steps] = path
  let type = columns.find(({ name }) => name === top)?.type
  for (const step of steps) {
    if (type === undefined) return undefined
    const next = within(type, step)
    if (next === 'other') return { type, other: true }
    type = next
  }
  return type && { type, other: false }
}

/** `other`: the table declares something of another structure on the way. */
type Declared = { readonly type: Type; readonly other: boolean } | undefined

function within(type: Type, step: string): Type | undefined | 'other' {
  if (step === '[]') return type.kind === 'array' ? type.element : 'other'
  if (step === '{key}') return type.kind === 'map' ? type.key : 'other'
  if (step === '{value}') return type.kind === 'map' ? type.value : 'other'
  if (type.kind !== 'struct') return 'other'
  return type.fields.find(({ name }) => name.toLowerCase() === step)?.type
}

/** Whether the columns have the name. */
export function declaresName(path: readonly string[], columns: readonly Column[]): boolean {
  const declared = declaredAt(path, columns)
  return declared !== undefined && !declared.other
}

/** What engines that fail or misread make of it under these columns; undefined where these do not declare the name. */
export function clashWith(held: Undeclared, columns: readonly Column[]): Clash | undefined {
  const declared = declaredAt(held.path, columns)
  if (declared === undefined) return undefined
  const { type, other } = declared
  const effects = other
    ? effectsOf(SHAPES['empty-struct'] as Shape, undefined, true)
    : effectsUnder(held, type)
  return { type, effects }
}

function effectsUnder(held: Undeclared, type: Type): readonly EngineEffect[] {
  const { shape, path } = held
  if (shape === 'typed') {
    const fits = held.type !== undefined && takes(path, type, held.type)
    return fits ? [] : effectsOf(UNKNOWN, undefined, true)
  }
  // A column that is left out for those who read the table has the code of what is told of it.
  const known = SHAPES[shape]
  if (known) return effectsOf(known, keyOf(type), path.length > 1)
  const told = leftOutEffects(shape)
  return told.length > 0 ? told : effectsOf(UNKNOWN, undefined, true)
}

/** Whether the file holds what this type is for, and only who reads the table is why its schema does not declare it. */
export const isTypeOfReaders = ({ path, shape, type }: Undeclared, declared: Type): boolean =>
  SHAPES[shape] === undefined &&
  leftOutEffects(shape).length > 0 &&
  type !== undefined &&
  takes(path, declared, type)

/** Engines disagree on keys of another type. */
const takes = (path: readonly string[], have: Type, got: Type): boolean => {
  if (path.at(-1) === '{key}') return sameType(have, got)
  const both = mergeType(have, got)
  return both !== undefined && sameType(both, have)
}

const effectsOf = ({ facts }: Shape, key: TypeKey | undefined, within: boolean): readonly EngineEffect[] =>
  facts.flatMap(({ engine, effect, what, right = [], rightWithin = right }) =>
    key !== undefined && (within ? rightWithin : right).includes(key) ? [] : [{ engine, effect, what }],
  )

/** Digits of a decimal that is a 64-bit integer. */
const SHORT = 18

function keyOf(type: Type): TypeKey | undefined {
  if (type.kind === 'opaque') return undefined
  return type.kind === 'decimal' && type.precision > SHORT ? 'long decimal' : type.kind
}

const UNKNOWN: Shape = { ...(SHAPES.malformed as Shape), what: 'is of another type' }

/** What is there, in words that follow its name, and the code of the finding that tells of it. */
export const shapeOf = ({ shape, type }: Undeclared): Pick<Shape, 'code' | 'what' | 'onlyNull'> =>
  shape === 'typed' && type
    ? { code: 'INCOMPATIBLE_TYPE', what: `is ${printType(type)}` }
    : (SHAPES[shape] ?? (leftOutEffects(shape).length > 0 ? { code: shape, what: UNREAD } : UNKNOWN))

const UNREAD = 'is stored as not all who read the table read it'

/** For people: `v.element.b`. */
export const printPath = (path: readonly string[]): string => path.map(step => WORDS[step] ?? step).join('.')

const WORDS: Readonly<Record<string, string>> = { '[]': 'element', '{key}': 'key', '{value}': 'value' }

/** Equal text: the same thing under the same name. */
export const printUndeclared = ({ path, shape, type }: Undeclared): string =>
  JSON.stringify([path, shape, ...(type ? [printType(type)] : [])])
