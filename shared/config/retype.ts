/** Numbers and switches that come from variables: `port: ${PORT}` is text until the schema asks for a number. */
import type { z } from 'zod'

type Path = readonly PropertyKey[]

/**
 * The value with those texts made numbers or switches that the schema refused for being text, where the config has
 * nothing but a variable.
 * @param written the config before its variables were expanded
 */
export function retype(value: unknown, written: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value)
  for (const issue of issues) {
    if (issue.code !== 'invalid_type' || !isVariable(at(written, issue.path))) continue
    const meant = read(issue.expected, at(value, issue.path))
    if (meant !== undefined) set(copy, issue.path, meant)
  }
  return copy
}

/** What stands in a config at a path, or undefined. */
export const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined | null)?.[key],
    value,
  )

const isVariable = (text: unknown) => typeof text === 'string' && /^\$\{[^}]*\}$/.test(text)

function read(expected: string, text: unknown): number | boolean | undefined {
  if (typeof text !== 'string') return undefined
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return expected === 'number' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function set(value: unknown, path: Path, item: unknown): void {
  const key = path[path.length - 1] as PropertyKey
  const holder = at(value, path.slice(0, -1)) as Record<PropertyKey, unknown>
  holder[key] = item
}
