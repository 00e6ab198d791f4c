/** YAML as text, which JSON is too. Loaded only where a config is written in it. */
import { parse } from 'yaml'
import { GoldsyncError } from '../base/errors.ts'

/** @param source where the text is from, for the message @throws GoldsyncError `CONFIG_INVALID` */
export function parseYaml(text: string, source: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GoldsyncError('CONFIG_INVALID', `${source} is neither YAML nor JSON: ${reason}`, {
      hint: 'in YAML, quote values that hold braces or ": "',
      cause,
    })
  }
}
