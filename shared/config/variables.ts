/** `${ENV}`, `${ENV:-default}` and `${file:/path}` in the text values of a config; `$${` is a plain `${`. */
import { readFileSync } from 'node:fs'
import { summarizeError } from '../base/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Expanded {
  readonly value: unknown
  /** One sentence each, beginning with the key's path. */
  readonly problems: readonly string[]
}

/** Expands values, never keys, after parsing: what a variable holds cannot add keys. */
export function expandVariables(value: unknown, env: Environment): Expanded {
  const problems: string[] = []
  return { value: expand(value, '', env, problems), problems }
}

function expand(value: unknown, path: string, env: Environment, problems: string[]): unknown {
  if (typeof value === 'string') return expandText(value, path, env, problems)
  if (Array.isArray(value)) return value.map((item, at) => expand(item, `${path}[${at}]`, env, problems))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      expand(item, path ? `${path}.${key}` : key, env, problems),
    ]),
  )
}

const VARIABLE = /\$\$\{|\$\{([^}]*)\}/g

const expandText = (text: string, path: string, env: Environment, problems: string[]): string =>
  text.replace(VARIABLE, (whole, name: string | undefined) => {
    if (name === undefined) return '${'
    const { value, problem } = name.startsWith('file:') ? fromFile(name.slice(5)) : fromEnvironment(name, env)
    if (problem) problems.push(`${path}: ${problem}`)
    return value ?? whole
  })

interface Found {
  readonly value?: string
  readonly problem?: string
}

function fromEnvironment(text: string, env: Environment): Found {
  const [, name = '', , fallback] = /^(\w+)(:-(.*))?$/s.exec(text) ?? []
  // What stands in the braces may be part of a password.
  if (name === '')
    return { problem: `what stands in \${…} is no variable; write \${NAME}, or $\${ for a plain \${` }
  // As in a shell, `:-` is for what is not set and for what is empty.
  const value = fallback === undefined ? env[name] : env[name] || fallback
  return value === undefined ? { problem: `the environment variable ${name} is not set` } : { value }
}

/** Mounted secrets end in a newline more often than not. */
function fromFile(file: string): Found {
  try {
    return { value: readFileSync(file, 'utf8').replace(/\r?\n$/, '') }
  } catch (error) {
    return { problem: `cannot read the file of \${file:${file}}: ${summarizeError(error).message}` }
  }
}
