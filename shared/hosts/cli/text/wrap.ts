/** Lines made to fit a width: broken between words, the rest further in. Colours count nothing. Knows no terminal. */
import { stripVTControlCharacters } from 'node:util'

/** Below this nothing can be laid out. */
const LEAST = 30

const lengthOf = (text: string): number => stripVTControlCharacters(text).length

/** Prints text for people, which fits the terminal. */
export function printWrapped(
  { print, width }: { print(line: string): void; readonly width?: number | undefined },
  lines: readonly string[],
): void {
  for (const line of lines) for (const part of wrap(line, width)) print(part)
}

/** The line as it is, or in several. What has no blank in it (a path, a type) stays whole: it can be copied. */
export function wrap(line: string, width: number | undefined): readonly string[] {
  if (width === undefined || width < LEAST || lengthOf(line) <= width) return [line]
  const indent = /^ */.exec(stripVTControlCharacters(line))?.[0].length ?? 0
  const margin = ' '.repeat(Math.min(indent + 2, Math.floor(width / 2)))
  const [first = '', ...words] = line.trimEnd().split(/(?<=\S) +(?=\S)/)
  const lines = [first]
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`
    if (lengthOf(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(`${margin}${word}`)
  }
  return lines
}
