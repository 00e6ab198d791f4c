/** What is wrong with a config, in sentences that name the key and what is expected. */
import type { z } from 'zod'
import { at } from './retype.ts'
import { configJsonSchema } from './schema.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** `lakes[0].storage.user`. */
const printPath = (path: Path): string =>
  path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
    .join('')

/** One line for each problem. @param input what was parsed, to tell which variant of a union was meant */
export const explainIssues = (issues: readonly Issue[], input: unknown, above: Path = []): string[] =>
  issues.flatMap(issue => {
    const path = [...above, ...issue.path]
    if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys, input)
    if (issue.code === 'invalid_union' && issue.errors.length > 0) return explainUnion(issue, path, input)
    const missing = issue.code === 'invalid_type' && path.length > 0 && at(input, path) === undefined
    return [`${printPath(path) || 'the config'}: ${missing ? 'is missing: ' : ''}${issue.message}`]
  })

/** Of the variants, the one whose kind of value was written; else what each expects. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  input: unknown,
): string[] {
  const meant = issue.errors.find(errors => !errors.some(isOtherKind))
  if (meant) return explainIssues(meant, input, path)
  const expectations = new Set(issue.errors.flatMap(errors => errors.slice(0, 1).map(error => error.message)))
  return [`${printPath(path)}: ${[...expectations].join('; or ')}`]
}

const isOtherKind = ({ code, path }: Issue) =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')

/** What is known there is told once. */
function unknownKeys(path: Path, keys: readonly string[], input: unknown): string[] {
  const known = knownKeys(path, input)
  return keys.map((key, index) => {
    const near = known.find(other => distance(other.toLowerCase(), key.toLowerCase()) <= 2)
    const all = index === keys.length - 1 ? ` (known here: ${known.join(', ')})` : ''
    return `${printPath([...path, key])}: there is no such key${near ? `; did you mean ${near}?` : ''}${all}`
  })
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly const?: unknown
}

function knownKeys(path: Path, input: unknown): string[] {
  let schema: JsonSchema | undefined = configJsonSchema() as JsonSchema
  for (const [depth, key] of path.entries()) {
    schema = variant(schema, at(input, path.slice(0, depth)))
    schema =
      typeof key === 'number' ? schema?.items : (schema?.properties?.[String(key)] ?? additional(schema))
  }
  return Object.keys(variant(schema, at(input, path))?.properties ?? {})
}

const additional = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined

/** Of a union of drivers the one whose `kind` was written. */
function variant(schema: JsonSchema | undefined, value: unknown): JsonSchema | undefined {
  const variants = schema?.oneOf ?? schema?.anyOf
  if (!variants) return schema
  const kind = at(value, ['kind'])
  const maps = variants.filter(one => one.properties)
  return maps.find(one => one.properties?.kind?.const === kind) ?? maps[0]
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (char === other ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
