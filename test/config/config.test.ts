import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configurationPage, schemaText } from '../../deploy/schema.ts'
import { defaultConfig, loadConfig, readConfig } from '../../shared/config.ts'
import { GoldsyncError } from '../../shared/errors.ts'

const CATALOGS = 'catalogs: {memory: {kind: memory}}'
const MINIMAL = `lakes: [{location: /lake}]\n${CATALOGS}`

/** What is wrong with this YAML, line by line. */
function problems(yaml: string, env = {}): string[] {
  try {
    readConfig(yaml, 'goldsync.yaml', env)
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'CONFIG_INVALID')
      return error.message.split('\n  ').slice(1)
    throw error
  }
  throw new Error('the config is valid')
}

describe('a config', () => {
  test('needs a lake and a catalog; all else has a default', () => {
    const { lakes, log } = readConfig(MINIMAL, 'x', {})
    expect(lakes[0]).toMatchObject({
      location: '/lake',
      catalogs: ['memory'],
      database: 'golden',
      createDatabase: false,
      lookback: 3 * 3_600_000,
      layout: { template: '{topic}/{yyyy}/{MM}/{dd}/{HH}', timeZone: 'UTC' },
    })
    expect(log.level).toBe('info')
  })

  test('may be JSON', () => {
    const json = JSON.stringify({ lakes: [{ location: '/lake' }], catalogs: { memory: { kind: 'memory' } } })
    expect(readConfig(json, 'x', {}).lakes.length).toBe(1)
  })

  test('chooses topics by globs and modes by the first glob that matches', () => {
    const lake = `{location: /lake, tables: {include: ['orders*', clicks], exclude: ['*_tmp']}, evolution: {'orders_*': strict, 'orders*': frozen}}`
    const [config] = readConfig(`lakes: [${lake}]\n${CATALOGS}`, 'x', {}).lakes
    expect(['orders', 'orders_tmp', 'clicks', 'views'].map(topic => config!.includes(topic))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(['orders_eu', 'orders', 'clicks'].map(topic => config!.evolutionOf(topic))).toEqual([
      'strict',
      'frozen',
      'additive',
    ])
  })

  test('of the command line is the embedded catalog', async () => {
    const config = await defaultConfig({ lake: '/lake' })
    expect(config.catalogs).toMatchObject({ duckdb: { kind: 'duckdb', file: 'catalog.duckdb' } })
    expect(config.lakes[0]).toMatchObject({ createDatabase: true, catalogs: ['duckdb'] })
  })
})

describe('variables', () => {
  const hive = (password: string) =>
    `lakes: [{location: /lake}]\ncatalogs: {hive: {kind: hiveserver2, host: h, password: '${password}'}}`
  const passwordOf = (text: string, env = {}) => {
    const [catalog] = Object.values(readConfig(hive(text), 'x', env).catalogs)
    return catalog && 'password' in catalog ? catalog.password : undefined
  }

  test('come from the environment, a default, or a mounted file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'goldsync-')), 'secret')
    writeFileSync(file, 'from the file\n')
    expect(passwordOf('a${PASSWORD}b', { PASSWORD: '-: {x}' })).toBe('a-: {x}b')
    expect(passwordOf('${PASSWORD:-none}')).toBe('none')
    expect(passwordOf(`\${file:${file}}`)).toBe('from the file')
    expect(passwordOf('$${PASSWORD}')).toBe('${PASSWORD}')
  })

  test('that are missing are named with their key', () => {
    expect(problems(hive('${HIVE_PASSWORD}'))).toEqual([
      'catalogs.hive.password: the environment variable HIVE_PASSWORD is not set',
    ])
    expect(problems(hive('${file:/no/such}'))[0]).toContain('catalogs.hive.password: cannot read the file')
    expect(problems(hive('${not a name}'))[0]).toContain(
      'catalogs.hive.password: ${not a name} is no variable',
    )
  })
})

describe('what is wrong is said with its key and what is expected', () => {
  const lake = (text: string) => `lakes: [{location: /lake, ${text}}]\n${CATALOGS}`

  test.each([
    [
      'a key that does not exist',
      lake('layuot: x'),
      'lakes[0].layuot: there is no such key; did you mean layout? (known here: location, layout,',
    ],
    [
      'one in a driver',
      'lakes: [{location: /lake}]\ncatalogs: {hive: {kind: hiveserver2, host: h, prot: 1}}',
      'catalogs.hive.prot: there is no such key; did you mean port?',
    ],
    ['one at the top', `${MINIMAL}\nlake: []`, 'lake: there is no such key; did you mean lakes?'],
    ['a missing key', `lakes: [{layout: x}]\n${CATALOGS}`, 'lakes[0].location: is missing'],
    [
      'a wrong type',
      lake('createDatabase: 3'),
      'lakes[0].createDatabase: Invalid input: expected boolean, received number',
    ],
    [
      'an unknown driver',
      'lakes: [{location: /lake}]\ncatalogs: {x: {kind: hive}}',
      'catalogs.x.kind: Invalid',
    ],
    [
      'a catalog that is not defined',
      lake('catalogs: [hive]'),
      'lakes[0].catalogs: hive is not defined; catalogs has: memory',
    ],
    ['an impossible template', lake("layout: '{yyyy}/{MM}'"), 'lakes[0].layout: '],
    ['an hour without a day', lake("layout: '{topic}/{yyyy}/{HH}'"), 'lakes[0].layout: '],
    ['a time zone', lake('timeZone: Mars/Phobos'), 'lakes[0].layout: '],
    [
      'a duration',
      lake('lookback: soon'),
      'lakes[0].lookback: expected a number and s, m, h or d, such as 3h',
    ],
    ['a mode', lake('evolution: wild'), 'lakes[0].evolution: '],
    [
      'one lake in another',
      `lakes: [{location: /lake}, {location: /lake/orders}]\n${CATALOGS}`,
      'lakes[1].location: /lake/orders overlaps with lakes[0], /lake',
    ],
    ['a scheme', `lakes: [{location: 'ftp://x/y'}]\n${CATALOGS}`, 'lakes[0].location: '],
  ])('%s', (_, yaml, message) => expect(problems(yaml).join('\n')).toContain(message))

  test('all at once', () => {
    expect(problems(`lakes: [{layout: 3, x: 1}]\n${CATALOGS}`).length).toBe(3)
  })

  test('never with a secret in it', () => {
    const yaml =
      'lakes: [{location: /lake}]\ncatalogs: {hive: {kind: hiveserver2, host: 3, password: [s3cret]}}'
    expect(problems(yaml).join('\n')).not.toContain('s3cret')
  })

  test('text that is neither YAML nor JSON, and a file that is not there', async () => {
    expect(() => readConfig('lakes: [', 'x.yaml', {})).toThrow(/x\.yaml is neither YAML nor JSON/)
    await expect(loadConfig({}, '/no/such.yaml')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('--lake'),
    })
  })
})

describe('what is made from the schema is up to date (npm run schema)', () => {
  test('goldsync.schema.json', () => expect(readFileSync('goldsync.schema.json', 'utf8')).toBe(schemaText()))
  test('docs/configuration.md', () =>
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage()))
})
