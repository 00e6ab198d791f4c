import { beforeEach, expect, it, vi } from 'vitest'
import type { Target } from '../../shared/credentials/kerberos.ts'
import { secure } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'

// Read on import: a ticket of whoever runs the tests is none of ours.
process.env.KRB5CCNAME = 'MEMORY:nobody'
const { openKerberos } = await import('../../shared/credentials/gssapi.ts')

const noKdc = new URL('../fixtures/kerberos/no-kdc.conf', import.meta.url).pathname

beforeEach(() => {
  vi.stubEnv('KRB5_CONFIG', secure.krb5Config)
  vi.stubEnv('KRB5_KTNAME', secure.keytab('hive'))
})

const kerberos = (keytab: string, more = {}) =>
  openKerberos({ kind: 'kerberos', keytab: secure.keytab(keytab), ...more })
const target = (more: Partial<Target> = {}): Target => ({
  service: `hive/_HOST@${secure.realm}`,
  host: secure.host,
  mechanism: 'kerberos',
  ...more,
})

/** Whom a server takes us for, once both sides are established. */
async function userOf(keytab: string, more: Partial<Target> = {}): Promise<string> {
  const { default: library } = await import('kerberos')
  const context = await kerberos(keytab).context(target(more))
  const server = await library.initializeServer(`hive@${secure.host}`)
  await server.step((await context.step()).toString('base64'))
  expect(context.established).toBe(false)
  await context.step(Buffer.from(server.response, 'base64'))
  expect(context.established).toBe(true)
  return server.username
}

describeStack(['secure:kdc'], 'Kerberos', () => {
  it('by a keytab, without kinit, is who the keytab says', async () => {
    expect(await userOf('goldsync')).toBe(secure.principal)
    expect(await userOf('goldsync', { host: secure.host.toUpperCase() })).toBe(secure.principal)
    expect(await userOf('goldsync', { mechanism: 'spnego' })).toBe(secure.principal)
  })

  it('by several keytabs at once mixes none of them', async () => {
    const names = ['goldsync', 'other', 'hdfs', 'other', 'goldsync', 'trino']
    const users = await Promise.all(names.map(name => userOf(name)))
    const expected = ['goldsync', 'other', `hdfs/${secure.host}`, 'other', 'goldsync', `trino/${secure.host}`]
    expect(users).toEqual(expected.map(name => `${name}@${secure.realm}`))
  })

  it('asks the KDC once for many contexts: they go on without it', async () => {
    const open = kerberos('httpfs')
    await open.context(target())
    vi.stubEnv('KRB5_CONFIG', noKdc)
    for (let nth = 0; nth < 5; nth += 1)
      expect(await (await open.context(target())).step()).not.toHaveLength(0)
  })

  it.each([
    [
      'of a key that was changed',
      'goldsync-stale',
      {},
      {},
      'AUTHENTICATION_FAILED',
      /Export the keytab anew/,
    ],
    [
      'of another principal',
      'other',
      { principal: 'goldsync' },
      {},
      'CONFIG_INVALID',
      /keytab of auth\.principal/,
    ],
    [
      'for an unknown service',
      'goldsync',
      {},
      { service: 'nope/_HOST' },
      'AUTHENTICATION_FAILED',
      /no service nope\/localhost/,
    ],
    ['for an address', 'goldsync', {}, { host: '127.0.0.1' }, 'AUTHENTICATION_FAILED', /full host name/],
    [
      'for another realm',
      'goldsync',
      {},
      { service: 'hive/_HOST@OTHER.TEST' },
      'CONFIG_INVALID',
      /domain_realm/,
    ],
  ])('by a keytab %s is refused with the remedy', async (_, keytab, options, wrong, code, hint) => {
    const work = kerberos(keytab, options).context(target(wrong))
    await expect(work).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) })
  })

  it('without a ticket, and with a KDC that is not there, says so', async () => {
    const cache = openKerberos({ kind: 'kerberos' })
    vi.stubEnv('KRB5_CONFIG', noKdc)
    await expect(cache.context(target())).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: expect.stringContaining('kinit'),
    })
    await expect(kerberos('knox').context(target())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    })
    vi.stubEnv('KRB5_CONFIG', secure.krb5Config)
    expect((await kerberos('knox').context(target())).established).toBe(false)
  })
})
