import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  decodeTokenFile,
  encodeTokenFile,
  factsOf,
  HIVE_TOKEN,
  parseToken,
  tokenText,
} from '../../shared/credentials/hadoop-token.ts'
import { openTokens } from '../../shared/credentials/token-file.ts'
import { identifierOf } from '../support/tokens.ts'

const token = {
  identifier: Buffer.from('identifier \u00ff'),
  password: Buffer.from([0, 255, 7]),
  kind: HIVE_TOKEN,
  service: 'hms',
  alias: 'hive',
}

/** Protocol buffers by hand: field, length, bytes. */
const proto = (...fields: readonly (readonly [number, Buffer | string])[]) =>
  Buffer.concat(
    fields.map(([number, bytes]) => {
      const content = Buffer.from(bytes)
      return Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content])
    }),
  )

describe('a file of Hadoop tokens', () => {
  it('of version 0 is written and read', () => {
    const two = [token, { ...token, alias: 'x'.repeat(300), password: Buffer.alloc(70_000, 1) }]
    expect(decodeTokenFile(encodeTokenFile(two))).toEqual(two)
    expect(encodeTokenFile([]).toString('hex')).toBe('48445453000000')
  })

  it('of version 1 is read, past secrets and what is newer', () => {
    const { identifier, password, kind, service } = token
    const written = proto([1, identifier], [2, password], [3, kind], [4, service])
    const body = proto(
      [1, proto([1, 'hive'], [2, written])],
      [2, proto([1, 'key'], [3, 's3cret'])],
      [7, 'new'],
    )
    const file = Buffer.concat([Buffer.from('HDTS\x01'), Buffer.from([body.length]), body])
    expect(decodeTokenFile(file)).toEqual([token])
  })

  it('that is cut anywhere, or is none, is an error', () => {
    const whole = encodeTokenFile([token])
    for (let length = 0; length < whole.length - 1; length += 1)
      expect(() => decodeTokenFile(whole.subarray(0, length)), `${length}`).toThrow(/token/)
    expect(() => decodeTokenFile(Buffer.from('HDTS\x02'))).toThrow('version 2')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(0, 1), (bytes, version) => {
        try {
          decodeTokenFile(Buffer.concat([Buffer.from('HDTS'), Buffer.from([version]), bytes]))
        } catch (error) {
          expect(error).toMatchObject({ code: 'DATA_INVALID' })
        }
      }),
    )
  })
})

describe('a token', () => {
  it('as text comes back', () => {
    expect(tokenText(token)).toMatch(/^[\w-]+$/)
    expect(parseToken(tokenText(token), 'hive')).toEqual(token)
  })

  it('tells whose it is, and until when, by its identifier', () => {
    const until = Date.parse('2031-05-06T07:08:09Z')
    const facts = factsOf({ ...token, identifier: identifierOf({ owner: 'ann', renewer: 'yarn', until }) })
    expect(facts).toEqual({ owner: 'ann', renewer: 'yarn', until })
    expect(factsOf(token)).toBeUndefined()
  })
})

async function fileOf(...tokens: Parameters<typeof encodeTokenFile>[0]) {
  const file = join(await mkdtemp(join(tmpdir(), 'tokens-')), 'tokens')
  await writeFile(file, encodeTokenFile(tokens))
  return file
}
const ending = (until: number, more = {}) => ({
  ...token,
  identifier: identifierOf({ owner: 'ann', until }),
  ...more,
})

describe('the token of a file', () => {
  it('is of the kind that the service takes, the one that lasts longest, and follows the file', async () => {
    const [soon, later] = [ending(Date.now() + 1e6), ending(Date.now() + 2e6, { alias: 'later' })]
    const file = await fileOf({ ...token, kind: 'WEBHDFS delegation' }, soon, later)
    const read = openTokens({ kind: 'token', file })
    expect(await read([HIVE_TOKEN])).toEqual(later)
    await writeFile(`${file}.new`, encodeTokenFile([soon]))
    await rename(`${file}.new`, file)
    expect(await read([HIVE_TOKEN])).toEqual(soon)
  })

  it('is chosen by service or alias, and the file by the environment', async () => {
    vi.stubEnv('HADOOP_TOKEN_FILE_LOCATION', await fileOf(token, { ...token, service: 'b', alias: 'B' }))
    for (const service of ['b', 'B'])
      expect(await openTokens({ kind: 'token', service })([HIVE_TOKEN])).toMatchObject({ alias: 'B' })
    await expect(openTokens({ kind: 'token', service: 'c' })([HIVE_TOKEN])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('for c, but HIVE_DELEGATION_TOKEN (hms), HIVE_DELEGATION_TOKEN (b)'),
    })
  })

  it.each([
    ['of its name', { name: 'mine' }, {}, 'mine'],
    ['that lasts longest, without one of its name', { name: 'none' }, {}, 'longest'],
    ['that is not for another service', { notFor: 'hms' }, { service: 'hs2' }, 'mine'],
    ['that is valid, though another has its name', { name: 'ended' }, {}, 'longest'],
  ])('is the one %s', async (_, choice, more, alias) => {
    const now = Date.now()
    const file = await fileOf(
      ending(now + 2e6, { alias: 'longest' }),
      ending(now + 1e6, { alias: 'mine', ...more }),
      ending(now - 1e6, { alias: 'ended', ...more }),
    )
    expect(await openTokens({ kind: 'token', file }, choice)([HIVE_TOKEN])).toMatchObject({ alias })
    const given = openTokens({ kind: 'token', file, service: 'hms' }, { notFor: 'hms', name: 'longest' })
    expect(await given([HIVE_TOKEN])).toMatchObject({ alias: 'longest' })
  })

  it('that has ended, or is not there, is told before anything is sent, without the secret', async () => {
    const password = Buffer.from('s3cret-password')
    const ended = await fileOf(ending(Date.parse('2020-01-02T03:04:05Z'), { password }))
    const error = await openTokens({ kind: 'token', file: ended })([HIVE_TOKEN]).catch(error => error)
    expect(error).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('2020-01-02T03:04:05'),
    })
    expect(JSON.stringify([error, error.message])).not.toContain('s3cret')
    const absent = openTokens({ kind: 'token', file: '/absent/tokens' })([HIVE_TOKEN])
    await expect(absent).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('ENOENT'),
    })
    vi.stubEnv('HADOOP_TOKEN_FILE_LOCATION', undefined)
    await expect(openTokens({ kind: 'token' })([HIVE_TOKEN])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })
})
