/** Tokens as a pattern that works both ways: text → bindings, bindings → text. */
import { show, type Token } from './tokens.ts'
import type { Bindings } from './variables.ts'

export interface Pattern {
  readonly tokens: readonly Token[]
  readonly source: string
  /** Characters of every text that matches; undefined where that varies. */
  readonly width: number | undefined
  match(text: string): Bindings | undefined
  /** Variables must be bound. */
  print(bindings: Bindings): string
}

export function compilePattern(tokens: readonly Token[]): Pattern {
  const expression = new RegExp(`^${tokens.map(expressionOf).join('')}$`, 's')
  const variables = tokens.filter(token => token.kind !== 'literal')
  return {
    tokens,
    source: tokens.map(show).join(''),
    width: tokens.reduce<number | undefined>((sum, token) => add(sum, widthOf(token)), 0),
    match(text) {
      const groups = expression.exec(text)
      return groups ? bind(variables, groups.slice(1)) : undefined
    },
    print: bindings => tokens.map(token => printToken(token, bindings)).join(''),
  }
}

function expressionOf(token: Token): string {
  switch (token.kind) {
    case 'literal':
      return token.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    case 'time':
      return token.digits === undefined ? '([1-9]\\d|\\d)' : `(\\d{${token.digits}})`
    case 'text':
      return '(.+)'
  }
}

const add = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a + b

function widthOf(token: Token): number | undefined {
  switch (token.kind) {
    case 'literal':
      return token.text.length
    case 'time':
      return token.digits
    case 'text':
      return undefined
  }
}

function bind(variables: readonly Exclude<Token, { kind: 'literal' }>[], texts: readonly string[]): Bindings {
  const time: { -readonly [Unit in keyof Bindings['time']]: Bindings['time'][Unit] } = {}
  const text: Record<string, string> = {}
  variables.forEach((variable, index) => {
    const found = texts[index] as string
    if (variable.kind === 'time') time[variable.unit] = Number(found)
    else text[variable.name] = found
  })
  return { time, text }
}

function printToken(token: Token, bindings: Bindings): string {
  switch (token.kind) {
    case 'literal':
      return token.text
    case 'time':
      return String(bindings.time[token.unit]).padStart(token.digits ?? 1, '0')
    case 'text':
      return bindings.text[token.name] as string
  }
}
