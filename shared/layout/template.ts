/** Template → segments, with the rules that make every folder one partition of one table. */
import { compileSegment, type Segment } from './segment.ts'
import { invalid, show, type Token } from './tokens.ts'
import { TIME_UNITS, TIME_VARIABLE_OF } from './variables.ts'

export type Variable = Exclude<Token, { readonly kind: 'literal' }>

export interface Template {
  readonly segments: readonly Segment[]
  /** Segments up to and including the one with `{topic}`. */
  readonly topicDepth: number
}

/** @throws GoldsyncError `CONFIG_INVALID` that names the part and what is expected */
export function parseTemplate(text: string): Template {
  const segments = text.split('/').map(compileNamed)
  const variables = segments.flatMap(variablesOf)
  refuseRepeated(variables)
  const topicDepth = segments.findIndex(segment => variablesOf(segment).some(isTopic)) + 1
  refuseTopicPlace(segments, topicDepth)
  refuseHoleInTime(variables)
  return { segments, topicDepth }
}

/** What a token stands for: two that are equal here bind the same thing. */
export const variableKey = (variable: Variable): string =>
  variable.kind === 'time' ? variable.unit : variable.name

export const variablesOf = (segment: Segment): readonly Variable[] =>
  segment.pattern.tokens.filter(token => token.kind !== 'literal')

const isTopic = (variable: Variable) => variable.kind === 'text' && variable.name === 'topic'

function compileNamed(source: string): Segment {
  if (source === '') throw invalid('an empty part: leave out leading, trailing and double slashes')
  if (source === '.' || source === '..') throw invalid(`"${source}" is not a folder name`)
  if (/^[._]/.test(source))
    throw invalid(`"${source}" starts with ${source[0]}: query engines and goldsync skip such folders`)
  return compileSegment(source)
}

function refuseRepeated(variables: readonly Variable[]): void {
  const seen = new Map<string, Variable>()
  for (const variable of variables) {
    const earlier = seen.get(variableKey(variable))
    if (earlier) throw invalid(`${repetition(earlier, variable)}: each may stand once`)
    seen.set(variableKey(variable), variable)
  }
}

const repetition = (earlier: Variable, later: Variable) =>
  earlier.name === later.name
    ? `${show(later)} stands twice`
    : `${show(earlier)} and ${show(later)} are the same`

function refuseTopicPlace(segments: readonly Segment[], topicDepth: number): void {
  if (topicDepth === 0) throw invalid('{topic} is missing: one folder must name the topic')
  const beside = segments
    .slice(0, topicDepth)
    .flatMap(variablesOf)
    .find(variable => !isTopic(variable))
  if (beside)
    throw invalid(
      `${show(beside)} stands before or beside {topic}: a table has one root folder, so it must come in a folder below {topic}`,
    )
  if (!segments.slice(topicDepth).some(segment => variablesOf(segment).length > 0))
    throw invalid('no variable follows {topic}: at least one must name the partition, such as {topic}/{yyyy}')
}

function refuseHoleInTime(variables: readonly Variable[]): void {
  const present = new Set(variables.map(variableKey))
  TIME_UNITS.forEach((unit, index) => {
    const coarser = TIME_UNITS[index - 1]
    if (coarser === undefined || !present.has(unit) || present.has(coarser)) return
    const token = variables.find(variable => variableKey(variable) === unit) as Variable
    const hint = unit === 'minute' ? ' (the month is {MM})' : ''
    throw invalid(
      `${show(token)} is the ${unit}${hint} and needs ${TIME_VARIABLE_OF[coarser]}, which is missing`,
    )
  })
}
