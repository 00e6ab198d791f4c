/** Partition keys: their columns, and their values ⇄ the variables of the layout. */
import type { Column } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import { canonicalValue, isInteger, isKeyType } from './key-types.ts'
import type { PartitionKeyRule } from './layout.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import type { Segment } from './segment.ts'
import { type Template, type Variable, variableKey, variablesOf } from './template.ts'
import { invalid, show, tokenize } from './tokens.ts'
import type { Bindings } from './variables.ts'

export interface PartitionKey {
  readonly column: Column
  readonly pattern: Pattern
  /** The value, or undefined where the variables give none of the key's type. */
  read(bindings: Bindings): string | undefined
  /** The variables that a value stands for. */
  match(value: string): Bindings | undefined
}

/** @throws GoldsyncError `CONFIG_INVALID` that names the key and what is expected */
export function compileKeys(
  template: Template,
  rules: Readonly<Record<string, PartitionKeyRule>> | undefined,
): readonly PartitionKey[] {
  const segments = template.segments.slice(template.topicDepth)
  const keys = rules ? declaredKeys(rules, segments) : segments.flatMap(defaultKeys)
  refuseRepeated(keys)
  return keys
}

/** The same keys with the types (and comments) of a table's. @throws GoldsyncError `CONFIG_INVALID` where values cannot be of them */
export const retypeKeys = (
  keys: readonly PartitionKey[],
  columns: readonly Column[],
): readonly PartitionKey[] =>
  keys.map(({ pattern }, at) => {
    const column = columns[at] as Column
    if (!isKeyType(column.type))
      throw invalid(
        `partition key ${column.name}: goldsync writes no values of type ${printType(column.type)}, only of string, varchar, date and the integer types`,
      )
    refuseWrongType(column, pattern)
    return toKey(column, pattern)
  })

function defaultKeys(segment: Segment): readonly PartitionKey[] {
  if (segment.key !== undefined) return [toKey(named(segment.key, 'string'), segment.pattern)]
  return variablesOf(segment).map(variable =>
    toKey(named(variableKey(variable), 'string'), compilePattern([variable])),
  )
}

function declaredKeys(
  rules: Readonly<Record<string, PartitionKeyRule>>,
  segments: readonly Segment[],
): readonly PartitionKey[] {
  const variables = segments.flatMap(variablesOf)
  const keys = Object.entries(rules).map(([name, rule]) => declaredKey(name, rule, variables))
  const used = new Set(keys.flatMap(key => variablesIn(key.pattern)).map(variableKey))
  const unused = variables.find(variable => !used.has(variableKey(variable)))
  if (unused)
    throw invalid(
      `${show(unused)} is in no partition key: folders that differ only there would be the same partition`,
    )
  return keys
}

function declaredKey(name: string, rule: PartitionKeyRule, variables: readonly Variable[]): PartitionKey {
  const pattern = compilePattern(tokenize(rule.value))
  const used = variablesIn(pattern)
  if (used.length === 0)
    throw invalid(
      `partition key ${name}: "${rule.value}" has no variable, so it would be the same everywhere`,
    )
  const known = new Set(variables.map(variableKey))
  const unknown = used.find(variable => !known.has(variableKey(variable)))
  if (unknown)
    throw invalid(
      `partition key ${name}: ${show(unknown)} is not in the layout below {topic}, which has ${variables.map(show).join(', ')}`,
    )
  const column = named(name, rule.type)
  refuseWrongType(column, pattern)
  return toKey(column, pattern)
}

const variablesIn = (pattern: Pattern) => pattern.tokens.filter(token => token.kind !== 'literal')

/** Tries a value: what only the text of a free variable decides is told when paths are read. */
function refuseWrongType({ name, type }: Column, pattern: Pattern): void {
  if (variablesIn(pattern).some(variable => variable.kind === 'text')) return
  const sample = pattern.print({ time: { year: 2020, month: 2, day: 29, hour: 13, minute: 45 }, text: {} })
  if (canonicalValue(type, sample) === undefined)
    throw invalid(
      `partition key ${name}: "${pattern.source}" gives values like ${sample}, which are not of type ${printType(type)}`,
    )
}

function named(name: string, kind: PartitionKeyRule['type']): Column {
  if (!/^[a-z0-9_-]+$/i.test(name))
    throw invalid(`"${name}" cannot name a partition key: expected letters, digits, _ and -`)
  return { name: name.toLowerCase(), type: { kind } }
}

const toKey = (column: Column, pattern: Pattern): PartitionKey => ({
  column,
  pattern,
  read: bindings => canonicalValue(column.type, pattern.print(bindings)),
  match: value => pattern.match(isInteger(column.type) ? value.padStart(pattern.width ?? 0, '0') : value),
})

function refuseRepeated(keys: readonly PartitionKey[]): void {
  const names = keys.map(key => key.column.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid(`two partition keys are named ${twice}: give them names by partitionKeys`)
}
