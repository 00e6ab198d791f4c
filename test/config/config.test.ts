import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { configurationPage, schemaText } from '../../deploy/schema.ts'
import { GoldsyncError } from '../../shared/base/errors.ts'
import { defaultConfig, loadConfig } from '../../shared/config/config.ts'
import { readConfig } from '../support/config.ts'

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
    expect(log).toEqual({ audit: 'log' })
  })

  test('makes a database for all lakes of it that go to the same catalogs, where one of them says so', () => {
    const lakes = [
      '{location: /a, createDatabase: true, catalogs: [one, two]}',
      '{location: /b, catalogs: [two]}',
      '{location: /c, catalogs: [two, three]}',
      '{location: /d, catalogs: [one], database: other}',
    ]
    const kinds = ['one', 'two', 'three'].map(name => `${name}: {kind: memory}`)
    const config = readConfig(`lakes: [${lakes.join(', ')}]\ncatalogs: {${kinds.join(', ')}}`, 'x', {})
    expect(config.lakes.map(({ createDatabase }) => createDatabase)).toEqual([true, true, false, false])
  })

  test('has the address of a local lake with its scheme in catalogs of Hive, whose default file system is another', () => {
    const catalogs = [
      'hms: {kind: metastore, uris: "thrift://hms:9083"}',
      'hs2: {kind: hiveserver2, host: h, tls: false}',
      'duck: {kind: duckdb}',
      'own: {kind: metastore, uris: "thrift://own:9083"}',
    ]
    const lake = '{location: "file:///mnt/golden/", catalogLocations: {own: /golden}}'
    const { lakes } = readConfig(`lakes: [${lake}]\ncatalogs: {${catalogs.join(', ')}}`, 'x', {})
    const written = ['hms', 'hs2', 'duck', 'own'].map(name => lakes[0]?.locationIn(name))
    expect(written).toEqual(['file:///mnt/golden', 'file:///mnt/golden', '/mnt/golden', '/golden'])
  })

  test.each([
    'catalogLocations: {memory: "s3a://AKIA:hush@bucket/golden"}',
    'formerLocations: ["hdfs://u:hush@nn/golden"]',
  ])('has no password in a location: %s', setting => {
    const [problem = ''] = problems(`lakes: [{location: /lake, ${setting}}]\n${CATALOGS}`)
    expect(problem).toContain('a location holds no password')
    expect(problem).not.toContain('hush')
  })

  test('may name a container of Azure before its host', () => {
    const setting = 'catalogLocations: {memory: "abfss://golden@account.dfs.core.windows.net/lake"}'
    expect(readConfig(`lakes: [{location: /lake, ${setting}}]\n${CATALOGS}`, 'x', {}).lakes).toHaveLength(1)
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

  test('trusts an issuer of tokens only with all that makes it one', () => {
    const text = (...entries: string[]) => `${MINIMAL}\nserver: {oidc: [${entries.join(', ')}]}`
    const oidc = (...entries: string[]) => problems(text(...entries))
    const read = (entry: string) => readConfig(text(entry), 'x', {}).server.oidc
    const entry = (more: string, issuer = 'https://issuer') =>
      `{issuer: '${issuer}', audience: goldsync, subjects: ['a*'] ${more}}`
    for (const jwks of [
      '',
      ', jwks: /keys.json',
      ', jwks: keys.json',
      ", jwks: 'https://k/keys', token: {file: t}",
    ])
      expect(read(entry(jwks))).toMatchObject([{ audience: 'goldsync', subjects: ['a*'] }])
    expect(read(entry(', jwks: /keys.json', 'kubernetes/serviceaccount'))).toHaveLength(1)
    for (const [given, problem] of [
      [['{issuer: https://issuer, audience: goldsync, subjects: []}'], 'subjects: name who may call'],
      [
        ["{issuer: https://issuer, audience: goldsync, subjects: ['a*b']}"],
        'expected a subject; * stands at its end only',
      ],
      [[entry('', 'http://issuer')], 'issuer: is no address by https, so it has no discovery: set jwks'],
      [[entry(', jwks: "http://k/keys"')], 'jwks: expected the path of a file, or an address by https'],
      [[entry(', token: t')], 'token: goes with an address in jwks'],
      [[entry(', jwks: /keys.json, token: t')], 'token: goes with an address in jwks'],
      [[entry(''), entry(', jwks: /keys.json')], 'two entries have one issuer'],
    ] as const)
      expect(oidc(...given)).toEqual([expect.stringContaining(problem)])
  })

  test('has a webhook only with a secret, and a public server only with a webhook', () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    const { webhook, server } = readConfig(
      `${MINIMAL}\nserver: {exposure: public}\nwebhook: {standard: ['whsec_${key}', '${key}']}`,
      'x',
      {},
    )
    expect(webhook).toEqual({
      standard: [`whsec_${key}`, key],
      github: [],
      bearer: [],
      pathToken: [],
      oidc: [],
      wait: 'registered',
    })
    expect(server.exposure).toBe('public')
    expect(readConfig(MINIMAL, 'x', {})).toMatchObject({
      webhook: undefined,
      server: { exposure: 'cluster-local' },
    })
    expect(problems(`${MINIMAL}\nwebhook: {}`)).toEqual([
      'webhook: needs a secret: standard, github, bearer or pathToken; or oidc',
    ])
    expect(problems(`${MINIMAL}\nserver: {exposure: public}`)).toEqual([
      expect.stringContaining('server.exposure: a public server needs a secret'),
    ])
  })

  test('takes no secret that can be guessed, and shows none', () => {
    const key = Buffer.alloc(16, 7).toString('base64')
    expect(
      problems(
        `${MINIMAL}\nwebhook: {standard: ['whsec_${key}', 'no base64!'], github: [short], bearer: ['']}`,
      ),
    ).toEqual([
      expect.stringMatching(/^webhook.standard\[0\]: expected whsec_ and the base64/),
      expect.stringMatching(/^webhook.standard\[1\]: expected whsec_ and the base64/),
      expect.stringMatching(/^webhook.github\[0\]: must have at least 16 characters/),
      expect.stringMatching(/^webhook.bearer\[0\]: must have at least 16 characters/),
    ])
    expect(problems(`${MINIMAL}\nwebhook: {standard: ['whsec_${key}']}`).join()).not.toContain(key)
  })

  test('takes other addresses of a lake, each of one lake', () => {
    const lakes = (...aliases: string[]) => `
lakes:
  - {location: 'hdfs://ns/golden', aliases: ${JSON.stringify(aliases)}}
  - {location: 'hdfs://ns/other', aliases: ['webhdfs://nn1:9870/other']}
catalogs: {m: {kind: memory}}`
    const { lakes: read } = readConfig(
      lakes('hdfs://nn1:8020/golden/', 'viewfs:///lake', 'hdfs:///golden'),
      'x',
      {},
    )
    expect(read[0]!.aliases).toEqual(['hdfs://nn1:8020/golden', 'viewfs:///lake', 'hdfs:///golden'])
    expect(read[1]!.aliases).toEqual(['webhdfs://nn1:9870/other'])
    expect(problems(lakes('webhdfs://nn1:9870/other/'))).toEqual([
      'lakes[0].aliases: webhdfs://nn1:9870/other is an address of lakes[1], hdfs://ns/other, too',
      'lakes[1].aliases: webhdfs://nn1:9870/other is an address of lakes[0], hdfs://ns/golden, too',
    ])
    expect(problems(lakes('hdfs://ns:8020/other'))).toEqual([expect.stringContaining('of lakes[1]')])
    for (const wrong of ['/golden', 'nn1:8020/golden', 'http://nn1:9870/golden', 's3://', 'hdfs:/golden'])
      expect(problems(lakes(wrong))).toEqual([
        expect.stringMatching(/^lakes\[0\].aliases\[0\]: expected another address of the root/),
      ])
    expect(problems(lakes('hdfs://u:hush@nn1/golden')).join()).toMatch(/^lakes\[0\].aliases\[0\]: (?!.*hush)/)
  })

  test.each([
    [
      'an alias in another lake',
      "{location: 'hdfs://ns/a'}, {location: 'hdfs://ns/b', aliases: ['hdfs://ns/a/in']}",
      'lakes[1].aliases: hdfs://ns/a/in overlaps with lakes[0], hdfs://ns/a',
    ],
    [
      'a lake in the alias of another',
      "{location: 'hdfs://ns/a', aliases: ['hdfs://nn1/']}, {location: 'hdfs://nn1/b'}",
      'lakes[1].location: hdfs://nn1/b overlaps with lakes[0], hdfs://nn1',
    ],
    [
      'an alias in the alias of another',
      "{location: /a, aliases: ['viewfs:///a']}, {location: /b, aliases: ['viewfs:///a/in']}",
      'lakes[1].aliases: viewfs:///a/in overlaps with lakes[0], viewfs:///a',
    ],
    [
      'a root that another lake had',
      "{location: /a, formerLocations: ['hdfs://old/a']}, {location: /b, aliases: ['hdfs://old/a']}",
      'lakes[1].aliases: hdfs://old/a is an address of lakes[0], /a, too',
    ],
    [
      'the root of another lake as a catalog writes it',
      "{location: /a, catalogLocations: {m: 'hdfs://ns/a'}}, {location: /b, aliases: ['hdfs://ns/a']}",
      'lakes[1].aliases: hdfs://ns/a is an address of lakes[0], /a, too',
    ],
  ])('refuses %s', (_, lakes, problem) => {
    expect(problems(`lakes: [${lakes}]\ncatalogs: {m: {kind: memory}}`)).toEqual([problem])
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
    const folder = mkdtempSync(join(tmpdir(), 'goldsync-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'secret')
    writeFileSync(file, 'from the file\n')
    expect(passwordOf('a${PASSWORD}b', { PASSWORD: '-: {x}' })).toBe('a-: {x}b')
    expect(passwordOf('${PASSWORD:-none}')).toBe('none')
    expect(passwordOf(`\${file:${file}}`)).toBe('from the file')
    expect(passwordOf('$${PASSWORD}')).toBe('${PASSWORD}')
  })

  test('give numbers and switches where the key takes them, and stay text elsewhere', () => {
    const catalog = `{kind: hiveserver2, host: h, port: '\${PORT}', password: '\${PORT}', tls: false}`
    const lake = `{location: /lake, createDatabase: '\${CREATE}'}`
    const { catalogs, lakes } = readConfig(`lakes: [${lake}]\ncatalogs: {hive: ${catalog}}`, 'x', {
      PORT: '10001',
      CREATE: 'true',
    })
    expect(catalogs.hive).toMatchObject({ port: 10001, password: '10001' })
    expect(lakes[0]?.createDatabase).toBe(true)
    expect(problems(`lakes: [${lake}]\n${CATALOGS}`, { CREATE: 'maybe' })).toEqual([
      'lakes[0].createDatabase: expected true or false, not text',
    ])
  })

  test('hold text, never keys', () => {
    const yaml = `lakes: [{location: /lake, tables: '\${TABLES}'}]\n${CATALOGS}`
    expect(problems(yaml, { TABLES: '{name: "x_{topic}"}' })).toEqual([
      'lakes[0].tables: expected a map, not text',
    ])
  })

  test('that are empty have their default', () => {
    expect(passwordOf('${PASSWORD:-none}', { PASSWORD: '' })).toBe('none')
  })

  test('that are missing are named with their key', () => {
    expect(problems(hive('${HIVE_PASSWORD}'))).toEqual([
      'catalogs.hive.password: the environment variable HIVE_PASSWORD is not set',
    ])
    expect(problems(hive('${file:/no/such}'))[0]).toContain('catalogs.hive.password: cannot read the file')
    expect(problems(hive('${not a name}'))[0]).toContain(
      'catalogs.hive.password: what stands in ${…} is no variable',
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
      'beside it a zone',
      lake('layuot: x, timeZone: Berlin'),
      'lakes[0].timeZone: unknown time zone "Berlin"',
    ],
    ['and a layout', lake('layuot: x, layout: y'), 'lakes[0].layout: '],
    [
      'two, with what is known there once',
      lake('root: x, name: y'),
      'lakes[0].root: there is no such key\nlakes[0].name: there is no such key (known here: location, layout,',
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
      'lakes[0].createDatabase: expected true or false, not a number',
    ],
    [
      'an unknown driver',
      'lakes: [{location: /lake}]\ncatalogs: {x: {kind: hive}}',
      'catalogs.x.kind: expected one of ',
    ],
    [
      'a catalog that is not defined',
      lake('catalogs: [hive]'),
      'lakes[0].catalogs: hive is not defined; catalogs has: memory',
    ],
    ['an impossible template', lake("layout: '{yyyy}/{MM}'"), 'lakes[0].layout: {topic} is missing'],
    [
      'an hour without a day',
      lake("layout: '{topic}/{yyyy}/{HH}'"),
      'lakes[0].layout: {HH} is the hour and needs {dd}, which is missing',
    ],
    ['a time zone', lake('timeZone: Mars/Phobos'), 'lakes[0].timeZone: unknown time zone "Mars/Phobos"'],
    [
      'a partition key of another type than its values',
      lake("partitionKeys: {dt: {type: date, value: '{yyyy}'}}"),
      'lakes[0].partitionKeys: partition key dt: "{yyyy}" gives values like 2020, which are not of type date',
    ],
    [
      'a key inside one of several forms',
      'lakes: [{location: /lake}]\ncatalogs: {hive: {kind: hiveserver2, host: h, tls: {cca: x}}}',
      'catalogs.hive.tls.cca: there is no such key; did you mean ca?',
    ],
    [
      'a table name that all topics share',
      lake('tables: {name: raw}'),
      'lakes[0].tables.name: expected {topic}, with letters, digits and _ around it',
    ],
    [
      'one name for two topics',
      lake('tables: {rename: {a: x, b: x}}'),
      'lakes[0].tables.rename: two topics get one name',
    ],
    [
      'a database that needs quotes',
      lake('database: a.b'),
      'lakes[0].database: expected lower-case letters, digits and _',
    ],
    ['no catalog', 'lakes: [{location: /lake}]\ncatalogs: {}', 'catalogs: must not be empty'],
    ['an empty file', '', 'the config: expected a map, not nothing'],
    [
      'a duration',
      lake('lookback: soon'),
      'lakes[0].lookback: expected a number and s, m, h or d, such as 3h',
    ],
    [
      'a mode',
      lake('evolution: wild'),
      'lakes[0].evolution: expected one of additive, strict, frozen, not "wild"; or expected a map, not text',
    ],
    [
      'a mode of some topics',
      lake("evolution: {'a*': wild}"),
      'lakes[0].evolution.a*: expected one of additive, strict, frozen, not "wild"',
    ],
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
