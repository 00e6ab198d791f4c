/** Every config in the README and the docs is one that goldsync takes; parts of a config are set into the smallest whole. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configOf } from '../../shared/config/config.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const SMALLEST = { lakes: [{ location: '/data/golden' }], catalogs: { hive: { kind: 'memory' } } }
/** Of the form that the webhook wants, and good for all else. */
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
/** Of the form that addresses want. */
const PATH_TOKEN = Buffer.alloc(32, 7).toString('hex')
const TOP_LEVEL = ['lakes', 'catalogs', 'engines', 'webhook', 'events', 'schedulers', 'server', 'log']

const pages = readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`)

const blocks = ['README.md', ...pages].flatMap(page =>
  [...readFileSync(`${ROOT}/${page}`, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
    .map(([, text = '']) => ({ page, text }))
    .filter(({ text }) => TOP_LEVEL.some(key => text.startsWith(`${key}:`))),
)

describe('a config in the documentation', () => {
  test.each(blocks)('$page: $text', ({ text }) => {
    const variables = Object.fromEntries(
      [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [
        name,
        name.endsWith('PATH_TOKEN') ? PATH_TOKEN : SECRET,
      ]),
    )
    const part = parse(text.replaceAll(/\$\{file:[^}]*\}/g, SECRET)) as object
    expect(configOf({ ...SMALLEST, ...part }, 'the docs', variables)).toBeDefined()
  })

  test('is on many pages', () => expect(blocks.length).toBeGreaterThan(10))
})
