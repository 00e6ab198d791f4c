/** One folder of a template: a plain pattern, or Hive's `key=` and an escaped value. */
import { escapeValue, unescapeValue } from './hive-escape.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { type Token, tokenize } from './tokens.ts'
import type { Bindings } from './variables.ts'

export interface Segment {
  /** As the template has it. */
  readonly source: string
  /** The literal key of a Hive style folder. */
  readonly key: string | undefined
  /** Of the whole name or, with a key, of the unescaped value. */
  readonly pattern: Pattern
  match(name: string): Bindings | undefined
  print(bindings: Bindings): string
}

/** @throws GoldsyncError `CONFIG_INVALID` as `tokenize` */
export function compileSegment(source: string): Segment {
  const tokens = tokenize(source)
  const key = hiveKey(tokens)
  if (key === undefined) {
    const pattern = compilePattern(tokens)
    return { source, key, pattern, match: pattern.match, print: pattern.print }
  }
  const prefix = `${key}=`
  const pattern = compilePattern(tokenize(unescapeValue(source.slice(prefix.length))))
  return {
    source,
    key,
    pattern,
    match: name =>
      name.startsWith(prefix) ? pattern.match(unescapeValue(name.slice(prefix.length))) : undefined,
    print: bindings => prefix + escapeValue(pattern.print(bindings)),
  }
}

function hiveKey([first, ...rest]: readonly Token[]): string | undefined {
  const key = first?.kind === 'literal' ? /^([^=]+)=/.exec(first.text)?.[1] : undefined
  return rest.some(token => token.kind !== 'literal') ? key : undefined
}
