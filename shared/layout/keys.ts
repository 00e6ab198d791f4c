/** Partition keys: their columns, and their values ⇄ the variables of the layout. */
import type { Column } from '../schema/table.ts'
import { canonicalValue, isInteger } from './key-types.ts'
import type { PartitionKeyRule, PartitionKeyType } from './layout.ts'
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

function defaultKeys(segment: Segment): readonly PartitionKey[] {
  if (segment.key !== undefined) return [toKey(segment.key, 'string', segment.pattern)]
  return variablesOf(segment).map(variable =>
    toKey(variableKey(variable), 'string', compilePattern([variable])),
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
  refuseWrongType(name, rule, pattern)
  return toKey(name, rule.type, pattern)
}

const variablesIn = (pattern: Pattern) => pattern.tokens.filter(token => token.kind !== 'literal')

/** Tries a value: what only the text of a free variable decides is told when paths are read. */
function refuseWrongType(name: string, rule: PartitionKeyRule, pattern: Pattern): void {
  if (variablesIn(pattern).some(variable => variable.kind === 'text')) return
  const sample = pattern.print({ time: { year: 2020, month: 2, day: 29, hour: 13, minute: 45 }, text: {} })
  if (canonicalValue(rule.type, sample) === undefined)
    throw invalid(
      `partition key ${name}: "${rule.value}" gives values like ${sample}, which are not of type ${rule.type}`,
    )
}

function toKey(name: string, type: PartitionKeyType, pattern: Pattern): PartitionKey {
  if (!/^[a-z0-9_-]+$/i.test(name))
    throw invalid(`"${name}" cannot name a partition key: expected letters, digits, _ and -`)
  return {
    column: { name: name.toLowerCase(), type: { kind: type } },
    pattern,
    read: bindings => canonicalValue(type, pattern.print(bindings)),
    match: value => pattern.match(isInteger(type) ? value.padStart(pattern.width ?? 0, '0') : value),
  }
}

function refuseRepeated(keys: readonly PartitionKey[]): void {
  const names = keys.map(key => key.column.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw invalid(`two partition keys are named ${twice}: give them names by partitionKeys`)
}
