/** Template text → tokens, with the rules that make matching unambiguous. */
import { GoldsyncError } from '../base/errors.ts'
import { LOOK_ALIKES, TIME_VARIABLE_OF, TIME_VARIABLES, type TimeUnit } from './variables.ts'

export type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'time'
      readonly name: string
      readonly unit: TimeUnit
      readonly digits: number | undefined
    }
  | { readonly kind: 'text'; readonly name: string }

const KNOWN = '{topic}, {yyyy}, {MM}, {dd}, {HH}, {mm}'

/** @throws GoldsyncError `CONFIG_INVALID` on a bad brace or name, or where a path could be read in two ways */
export function tokenize(template: string): readonly Token[] {
  const tokens = template
    .split(/(\{[^{}]*\})/)
    .filter(part => part !== '')
    .map(toToken)
  refuseAmbiguity(template, tokens)
  return tokens
}

/** The variable as a template writes it, or the literal text. */
export const show = (token: Token): string => (token.kind === 'literal' ? token.text : `{${token.name}}`)

function toToken(part: string): Token {
  if (!/[{}]/.test(part)) return { kind: 'literal', text: part }
  const name = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/.exec(part)?.[1]
  if (name === undefined)
    throw invalid(`"${part}" is not a variable: expected ${KNOWN} or {name} with letters, digits and _`)
  const variable = Object.hasOwn(TIME_VARIABLES, name) ? TIME_VARIABLES[name] : undefined
  if (variable) return { kind: 'time', name, ...variable }
  refuseLookAlike(name)
  return { kind: 'text', name: name.toLowerCase() }
}

function refuseLookAlike(name: string): void {
  const lower = name.toLowerCase()
  const unit = Object.hasOwn(LOOK_ALIKES, lower) ? LOOK_ALIKES[lower] : undefined
  if (unit) throw invalid(`unknown variable {${name}}: the ${unit} is written ${TIME_VARIABLE_OF[unit]}`)
  if (lower === 'topic' && name !== lower)
    throw invalid(`unknown variable {${name}}: the topic is written {topic}`)
}

/**
 * With one text of free length and, around numbers of free length, no further digit, a match is unique: every other token
 * has a fixed width.
 */
function refuseAmbiguity(template: string, tokens: readonly Token[]): void {
  const texts = tokens.filter(token => token.kind === 'text')
  if (texts.length > 1)
    throw invalid(
      `${texts.map(show).join(' and ')} stand in one part, "${template}": put / between them, since the text of either may hold what separates them`,
    )
  tokens.forEach((token, index) => {
    if (token.kind !== 'time' || token.digits !== undefined) return
    const neighbour = [tokens[index - 1], tokens[index + 1]].find(touches)
    if (neighbour)
      throw invalid(
        `${show(token)} touches ${show(neighbour)} in "${template}": put a separator between them, or use ${TIME_VARIABLE_OF[token.unit]}`,
      )
    function touches(other: Token | undefined): boolean {
      if (other?.kind !== 'literal') return other !== undefined
      return /\d/.test(other === tokens[index - 1] ? other.text.slice(-1) : other.text.slice(0, 1))
    }
  })
}

export const invalid = (message: string, cause?: unknown): GoldsyncError =>
  new GoldsyncError('CONFIG_INVALID', message, cause === undefined ? {} : { cause })
