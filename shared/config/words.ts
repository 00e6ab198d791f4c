/** What a value should be, in words; replaces zod's own. Values are shown only where the choice is from a fixed list. */
import type { z } from 'zod'

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
}

/** zod's error map: undefined keeps the message that zod has. */
export const sayIssue: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${NAMES[issue.expected] ?? issue.expected}${instead(issue.input)}`
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}${given(issue.input)}`
    case 'invalid_union':
      return issue.discriminator === undefined ? undefined : sayKinds(issue, issue.discriminator)
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at most ${issue.maximum}`
        : undefined
    case 'invalid_format':
      return issue.format === 'url' ? 'expected an address such as https://host:8443' : undefined
    default:
      return undefined
  }
}

function sayKinds(issue: z.core.$ZodRawIssue, discriminator: string): string | undefined {
  const { options, input } = issue as { readonly options?: readonly unknown[]; readonly input?: unknown }
  const value = (input as Readonly<Record<string, unknown>>)[discriminator]
  return options && `expected ${oneOf(options)}${given(value)}`
}

const oneOf = (values: readonly unknown[]) =>
  values.length === 1 ? String(values[0]) : `one of ${values.map(String).join(', ')}`

const given = (value: unknown) =>
  typeof value === 'string' ? `, not ${JSON.stringify(value.slice(0, 40))}` : instead(value)

function instead(value: unknown): string {
  if (value === undefined) return ''
  if (value === null) return ', not nothing'
  return `, not ${NAMES[Array.isArray(value) ? 'array' : typeof value] ?? typeof value}`
}
