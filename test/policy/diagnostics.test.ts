import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const sources = readdirSync('shared', { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => readFileSync(`shared/${file}`, 'utf8'))
  .join('\n')
const page = readFileSync('docs/diagnostics.md', 'utf8')

/** Codes as the sources make them: `code: 'X'`, `finding('X'`, `omit(…, 'X'`, the rule and reject tables. */
const inSources = new Set(
  [...sources.matchAll(/(?:'|^ {2})([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:'|: (?:warning|info)\()/gm)].map(
    match => match[1]!,
  ),
)
const documented = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(row =>
  [...row[1]!.matchAll(/`([A-Z0-9_]+)`/g)].map(code => code[1]!),
)

describe('docs/diagnostics.md', () => {
  test('names only codes that exist', () => {
    expect(documented.filter(code => !inSources.has(code))).toEqual([])
    expect(documented.length).toBeGreaterThan(40)
  })

  test('names every code of a finding', () => {
    const errors =
      /^(CONFIG_INVALID|REQUEST_INVALID|AUTHENTICATION_FAILED|PERMISSION_DENIED|NOT_FOUND|NOT_QUERYABLE|DATA_INVALID|MISSING_PACKAGE)$/
    const found = [
      ...sources.matchAll(
        /code: (?:\w+ \? )?'([A-Z]+_[A-Z0-9_]+)'(?: : '([A-Z_]+)')?|^ {2}([A-Z0-9_]+): (?:warning|info)\(/gm,
      ),
    ]
      .flatMap(match => [match[1], match[2], match[3]])
      .filter(code => code !== undefined)
      .filter(code => !errors.test(code))
    expect([...new Set(found)].filter(code => !documented.includes(code))).toEqual([])
  })
})
