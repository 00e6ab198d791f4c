/** What people get wrong in a config or on the command line: what is wrong, where, and what to write; never a secret. */
import { describe, expect, it } from 'vitest'
import { type ErrorSummary, summarizeError } from '../../shared/base/errors.ts'
import { openEngine } from '../../shared/engines/open.ts'
import { readPartition } from '../../shared/layout/partition-text.ts'
import { resolveLocation } from '../../shared/storages/location.ts'
import { readConfig } from '../support/config.ts'

function told(work: () => unknown): ErrorSummary {
  try {
    work()
  } catch (error) {
    return summarizeError(error)
  }
  throw new Error('nothing was refused')
}

const config = (text: string, env = {}) => told(() => readConfig(text, 'goldsync.yaml', env))
/** A config with these lines in its only lake's storage. */
const storage = (lines: string, location = 'hdfs://nn/golden') =>
  `lakes:\n  - location: ${location}\n    storage:\n      ${lines}\ncatalogs: {hive: {kind: memory}}`
const catalog = (lines: string) => `lakes: [{location: /lake}]\ncatalogs:\n  hive:\n    ${lines}\n`
const engine = (lines: string) =>
  `lakes: [{location: /lake}]\ncatalogs: {c: {kind: memory}}\nengines:\n  t: {kind: trino, ${lines}}`

describe('an address in a config', () => {
  it.each([
    [
      'a NameNode without http://',
      storage('namenodes: ["nn1:9870"]'),
      /namenodes\[0\]: expected http:\/\/host:port.*write http:\/\/nn1:9870/,
    ],
    [
      'a NameNode by its RPC address',
      storage('namenodes: ["hdfs://nn1:8020"]'),
      /namenodes\[0\]: expected http:\/\/host:port/,
    ],
    [
      'an S3 without http://',
      storage('endpoint: minio.example:9000', 's3://bucket/golden'),
      /endpoint: expected http:\/\/host:port.*write http:\/\/minio\.example:9000/,
    ],
    [
      'a metastore by http',
      catalog('{kind: metastore, uris: "http://hms:9083"}'),
      /uris.*expected thrift:\/\/host:9083/,
    ],
    [
      'a Glue without https://',
      catalog('{kind: glue, endpoint: glue.example}'),
      /endpoint: expected http:\/\/host:port.*write http:\/\/glue\.example/,
    ],
    [
      'a Trino without http://',
      engine('url: "trino:8080"'),
      /url: expected http:\/\/host:port.*write http:\/\/trino:8080/,
    ],
    [
      'a sink without http://',
      `lakes: [{location: /lake}]\ncatalogs: {c: {kind: memory}}\nevents: {sink: "broker:80"}`,
      /events\.sink: expected http:\/\/host:port.*write http:\/\/broker:80/,
    ],
  ])('%s', (_, text, says) => {
    const error = config(text)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error.message).toMatch(says)
  })
})

const SECRET = 'hunter2'

describe('a message holds no secret', () => {
  it.each([
    [
      'a colon in a value',
      catalog(`kind: metastore\n    password: ${SECRET}: x`),
      /line 5, column \d+ \(password\): /,
    ],
    [
      'an open quotation',
      catalog(`kind: metastore\n    password: "${SECRET}`),
      /line \d+, column \d+.*end of a quotation/,
    ],
    [
      'an @ at the beginning',
      catalog(`kind: metastore\n    password: @${SECRET}`),
      /\(password\): quote the value/,
    ],
    [
      'a % at the beginning',
      catalog(`kind: metastore\n    password: %${SECRET}`),
      /\(password\): quote the value/,
    ],
    [
      'a * at the beginning',
      catalog(`kind: metastore\n    password: *${SECRET}`),
      /begins with \*.*quote it/,
    ],
    [
      'a ! at the beginning',
      catalog(`kind: metastore\n    password: !${SECRET} x`),
      /\(password\): a value that begins with !.*quote it/,
    ],
    ['a } after the value', catalog(`{kind: metastore, password: ${SECRET}}}`), /line 4/],
    [
      'a backslash in double quotes',
      catalog(`kind: metastore\n    password: "${SECRET}\\q"`),
      /\(password\): a backslash/,
    ],
    ['a tab before it', catalog(`kind: metastore\n\tpassword: ${SECRET}`), /line 5, column 1.*a tab/],
    [
      'an indentation that is not that of its map',
      catalog(`kind: metastore\n   password: ${SECRET}`),
      /line 5, column \d+ \(password\): /,
    ],
    [
      'a key given twice',
      catalog(`kind: metastore\n    user: a\n    user: ${SECRET}`),
      /line 6, column 5 \(user\): the same key stands twice/,
    ],
    ['a line that is a secret', `${SECRET}`, /./],
    [
      'a value that is no variable',
      catalog(`{kind: hiveserver2, host: h, password: "\${${SECRET} }"}`),
      /password: what stands in \$\{…\} is no variable/,
    ],
    [
      'a key of another type',
      catalog(`{kind: hiveserver2, host: h, port: ${SECRET}}`),
      /port: expected a number/,
    ],
    [
      'an address with a password',
      engine(`url: "https://u:${SECRET}@trino:8443"`),
      /url: an address holds no user/,
    ],
    [
      'a NameNode with a password',
      storage(`namenodes: ["http://u:${SECRET}@nn:9870"]`),
      /namenodes\[0\].*holds no user/,
    ],
    [
      'a location with keys of S3',
      storage('{}', `s3://AKIA:${SECRET}@bucket/golden`),
      /location: a location holds no user and password/,
    ],
    [
      'a location with a password',
      storage('{}', `hdfs://u:${SECRET}@nn/golden`),
      /location: a location holds no user and password/,
    ],
  ])('%s', (_, text, says) => {
    const error = config(text)
    expect(error.message).toMatch(says)
    expect(JSON.stringify(error)).not.toContain(SECRET)
  })

  it('nor does its cause, which the log shows', () => {
    try {
      readConfig(catalog(`kind: metastore\n    password: ${SECRET}: x`), 'goldsync.yaml', {})
    } catch (error) {
      expect((error as Error).cause).toBeUndefined()
      expect((error as Error).stack).not.toContain(SECRET)
    }
  })

  it('of an engine that is opened with one in its address', async () => {
    const opening = openEngine('t', { kind: 'trino', url: `https://u:${SECRET}@trino` }, [])
    await expect(opening).rejects.toThrow(/holds no user/)
    await expect(opening).rejects.not.toThrow(SECRET)
  })

  it('of a location that somebody names', () => {
    expect(told(() => resolveLocation(`s3a://AKIA:${SECRET}@bucket/x`))).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('s3a://host/path'),
    })
  })
})

describe('a partition on the command line', () => {
  const keys = ['year', 'month', 'day', 'hour'].map(name => ({ name }))
  const values = ['2026', '11', '20', '07']

  it.each([
    ['its values', '2026/11/20/07'],
    ['with slashes around them', '/2026/11/20/07/'],
    ["Hive's own form", 'year=2026/month=11/day=20/hour=07'],
    ["Hive's form in capitals", 'YEAR=2026/Month=11/day=20/hour=07'],
  ])('may be %s', (_, written) => {
    expect(readPartition(written, keys)).toEqual(values)
  })

  it("has Hive's escapes read", () => {
    expect(readPartition('at=2026-11-20 07%3A00', [{ name: 'at' }])).toEqual(['2026-11-20 07:00'])
  })

  it('may have a value with = in it', () => {
    expect(readPartition('a=b/c', [{ name: 'x' }, { name: 'y' }])).toEqual(['a=b', 'c'])
  })

  it.each([
    ['a day of a table of hours', '2026/11/20', /"2026\/11\/20" names no partition: it has 3 of 4 values/],
    ["a day in Hive's form", 'year=2026/month=11/day=20', /it has 3 of 4 values/],
    [
      'a year and month alone, one named',
      'year=2026/11/20/07',
      /its names are not those of the partition keys/,
    ],
    [
      'names in another order',
      'month=11/year=2026/day=20/hour=07',
      /its names are not those of the partition keys, in their order/,
    ],
    ['a path with its topic', 'orders/2026/11/20/07', /it has 5 of 4 values/],
    ['nothing', '', /it has 1 of 4 values/],
  ])('is refused for %s, with the form', (_, written, says) => {
    const error = told(() => readPartition(written, keys))
    expect(error).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(error.message).toMatch(says)
    expect(error.hint).toMatch(/year\/month\/day\/hour.*year=…\/month=…\/day=…\/hour=….*first keys alone/)
  })
})
