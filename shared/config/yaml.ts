/** YAML as text, which JSON is too. Loaded only where a config is written in it. */
import { type Document, type ErrorCode, LineCounter, parseDocument } from 'yaml'
import { GoldsyncError } from '../base/errors.ts'
import { configJsonSchema } from './schema.ts'

/**
 * @param source where the text is from, for the message
 * @throws GoldsyncError `CONFIG_INVALID` with line, column and key, never with a value: it can be a secret
 */
export function parseYaml(text: string, source: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  // A tag that nobody knows is a warning to YAML; its text may be the beginning of a password.
  const [first] = [...document.errors, ...document.warnings]
  if (first) {
    const { line, col } = lineCounter.linePos(first.pos[0])
    throw unreadable(source, `${placeOf(text, line, col)}: ${WORDS[first.code] ?? OTHER}`)
  }
  return contentOf(document, source)
}

/** An anchor that is not there is found only now. */
function contentOf(document: Document.Parsed, source: string): unknown {
  try {
    return document.toJS()
  } catch {
    throw unreadable(
      source,
      'a value that begins with * stands for one that is named by & before, and there is none of that name: quote it',
    )
  }
}

/** The library's error is no cause: it quotes the line. */
const unreadable = (source: string, reason: string): GoldsyncError =>
  new GoldsyncError('CONFIG_INVALID', `${source} is neither YAML nor JSON: ${reason}`, {
    hint: 'the line itself is not shown, since it may hold a secret; docs/configuration.md has examples',
  })

/** Of a line no more is told than the key that it begins with, where that is one of ours. */
function placeOf(text: string, line: number, column: number): string {
  const [, key] = /^[\s-]*["']?([\w.-]+)["']?\s*:/.exec(text.split('\n')[line - 1] ?? '') ?? []
  return `line ${line}, column ${column}${key !== undefined && isOurs(key) ? ` (${key})` : ''}`
}

const isOurs = (key: string): boolean => JSON.stringify(configJsonSchema()).includes(`"${key}":{`)

const INDENTED = 'the indentation is not that of the lines around it: keys of one map begin in one column'
const QUOTE =
  'quote the value: it holds what means something in YAML (": ", " #", or { [ ] } , & * ! | > % @ ` at its beginning)'
const OTHER = 'this is not the form of YAML'

const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: QUOTE,
  BAD_ALIAS: QUOTE,
  BAD_COLLECTION_TYPE: QUOTE,
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins an escape: use single quotes, or write it twice',
  BAD_INDENT: INDENTED,
  BAD_SCALAR_START: QUOTE,
  BLOCK_AS_IMPLICIT_KEY: `a map stands where a value should: ${QUOTE}; or ${INDENTED}`,
  BLOCK_IN_FLOW: 'a map or list in braces or brackets goes on with lines of the other form',
  DUPLICATE_KEY: 'the same key stands twice in one map',
  MISSING_CHAR: 'something is missing here: the end of a quotation, a bracket, a colon, or a comma',
  MULTILINE_IMPLICIT_KEY: `a key goes over several lines: a colon is missing after it, or ${INDENTED}`,
  MULTIPLE_DOCS: 'there is more than one document (---) in it',
  TAB_AS_INDENT: 'a tab indents the line: YAML takes blanks alone',
  TAG_RESOLVE_FAILED: 'a value that begins with ! is a tag to YAML: quote it',
  UNEXPECTED_TOKEN: QUOTE,
}
