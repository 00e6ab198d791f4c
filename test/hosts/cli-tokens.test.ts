import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { GoldsyncError } from '../../shared/base/errors.ts'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { decodeTokenFile, encodeTokenFile, HIVE_TOKEN } from '../../shared/credentials/hadoop-token.ts'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import { openTerminal } from '../../shared/hosts/cli/terminal.ts'
import { fetchInto, tokenSources } from '../../shared/hosts/cli/tokens.ts'
import type { Storage } from '../../shared/storages/storage.ts'

const tokenOf = (alias: string, identifier = 'new') => ({
  identifier: Buffer.from(identifier),
  password: Buffer.from('password'),
  kind: HIVE_TOKEN,
  service: '',
  alias,
})
const gives = (alias: string) => async () => tokenOf(alias)
const fails = (message: string) => async () => {
  throw new GoldsyncError('UNAVAILABLE', message)
}

/** A file of tokens. @param aliases undefined: there is none yet */
async function fileOf(...aliases: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'tokens-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'tokens')
  if (aliases.length > 0) await writeFile(file, encodeTokenFile(aliases.map(alias => tokenOf(alias, 'old'))))
  return { file, folder, tokens: async () => decodeTokenFile(await readFile(file)) }
}

it('new tokens replace the old ones, in a file that only its owner can read', async () => {
  const { file, folder, tokens } = await fileOf('hive', 'gone')
  const fetched = await fetchInto(file, new Map([['hive', gives('hive')]]))
  expect(fetched).toEqual({ tokens: [tokenOf('hive')], failures: [] })
  expect(await tokens()).toEqual([tokenOf('hive')])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['tokens'])
})

it('a backend that fails keeps the token that it had, and is named', async () => {
  const { file, tokens } = await fileOf('hive', 'hdfs://ns', 'gone')
  const { failures } = await fetchInto(
    file,
    new Map([
      ['hive', gives('hive')],
      ['hdfs://ns', fails('safe mode')],
    ]),
  )
  expect(failures).toMatchObject([{ name: 'hdfs://ns', error: { message: 'safe mode' } }])
  expect(await tokens()).toEqual([tokenOf('hive'), tokenOf('hdfs://ns', 'old')])
})

it.each([
  ['there is no file yet', undefined],
  ['the file is none of tokens', 'else'],
])('a backend that fails hinders no other where %s', async (_, content) => {
  const { file, tokens } = await fileOf()
  if (content !== undefined) await writeFile(file, content)
  await fetchInto(
    file,
    new Map([
      ['a', fails('down')],
      ['b', gives('b')],
    ]),
  )
  expect(await tokens()).toEqual([tokenOf('b')])
})

it('where all fail the file is as it was', async () => {
  const { file, tokens } = await fileOf('hive')
  const { failures } = await fetchInto(file, new Map([['hive', fails('down')]]))
  expect(failures).toHaveLength(1)
  expect(await tokens()).toEqual([tokenOf('hive', 'old')])
})

it('a folder that is not there is said, and nothing is left behind', async () => {
  const { folder } = await fileOf()
  await expect(
    fetchInto(join(folder, 'absent', 'tokens'), new Map([['hive', gives('hive')]])),
  ).rejects.toMatchObject({ code: 'REQUEST_INVALID', message: expect.stringContaining('ENOENT') })
  expect(await readdir(folder)).toEqual([])
})

const lake = (
  location: string,
  delegationToken: Storage['delegationToken'],
  ...names: readonly string[]
) => ({
  location,
  storage: { delegationToken } as Storage,
  catalogs: names.map(name => ({ name, delegationToken: gives(name) }) as unknown as Catalog),
})

it('lakes of one nameservice, or with one catalog, fetch one token', () => {
  const lakes = [
    lake('hdfs://ns/a', gives('hdfs://ns'), 'hive'),
    lake('hdfs://ns/b', gives('hdfs://ns'), 'hive', 'other'),
    lake('hdfs://ns2', gives('hdfs://ns2')),
    lake('s3://bucket/c', undefined),
  ]
  expect([...tokenSources(lakes).keys()]).toEqual(['hdfs://ns', 'hive', 'other', 'hdfs://ns2'])
})

it('a config where nobody has tokens is wrong', () => {
  expect(() => tokenSources([lake('s3://bucket/c', undefined)])).toThrow('hands out tokens')
})

it('a dry run fetches none, and says of whom', async () => {
  const { file, folder } = await fileOf()
  const config = join(folder, 'goldsync.json')
  const hive = { kind: 'metastore', uris: ['thrift://127.0.0.1:1'], auth: { kind: 'kerberos' } }
  const lakes = [{ location: folder, database: 'golden', catalogs: ['hive'] }]
  await writeFile(config, JSON.stringify({ lakes, catalogs: { hive } }))
  const notes: string[] = []
  const terminal = { ...openTerminal({}), note: (line: string) => void notes.push(line) }
  const args = ['node', 'goldsync', 'token', 'fetch', '--config', config, '--out', file, '--dry-run']
  await createProgram(terminal).parseAsync(args)
  expect(notes).toEqual(['hive: would be asked for a token'])
  expect(await readdir(folder)).toEqual(['goldsync.json'])
})
