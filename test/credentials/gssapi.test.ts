import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Package } from 'kerberos'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openKerberos } from '../../shared/credentials/gssapi.ts'
import { keytab, keytabEntry } from '../support/keytab.ts'

const given = process.env.KRB5CCNAME
const until = (check: () => unknown) => vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 60_000 })

/** MIT's library, whose KDC answers a service when it is let. Tells what was asked of it, and with which tickets. */
function library() {
  const asked: string[] = []
  const open: { answer: () => void; fail: (error: Error) => void }[] = []
  const silent = new Set<string>()
  const caches = new Set<string | undefined>()
  const load = async (): Promise<Package> => ({
    GSS_MECH_OID_KRB5: 9,
    GSS_MECH_OID_SPNEGO: 6,
    GSS_C_MUTUAL_FLAG: 2,
    GSS_C_SEQUENCE_FLAG: 8,
    GSS_C_INTEG_FLAG: 32,
    async initializeClient(service) {
      const cache = process.env.KRB5CCNAME
      caches.add(cache)
      let steps = 0
      return {
        get contextComplete() {
          return steps > 1
        },
        async step() {
          asked.push(service)
          if (steps === 0 && silent.has(service))
            await new Promise<void>((answer, fail) => open.push({ answer, fail }))
          if (process.env.KRB5CCNAME !== cache) throw new Error('Ticket expired')
          steps += 1
          return Buffer.from(`${service} ${steps}`).toString('base64')
        },
        wrap: async data => data,
        unwrap: async data => data,
      }
    },
  })
  return { load, asked, silent, open, caches }
}

const target = (service: string) => ({ service, host: 'h.test', mechanism: 'kerberos' as const })

async function keytabOf(...names: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'keytab-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'keytab')
  await writeFile(file, keytab(...names.map(name => keytabEntry('R.TEST', name))))
  return file
}

const fakeTime = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
afterEach(() => void vi.useRealTimers())

describe('Kerberos', () => {
  it('takes each step of a context with its own tickets, whatever else goes on', async () => {
    const { load, caches } = library()
    const byCache = openKerberos({ kind: 'kerberos' }, load)
    const byKeytab = openKerberos({ kind: 'kerberos', keytab: await keytabOf('ann') }, load)
    const contexts = [await byCache.context(target('one')), await byKeytab.context(target('two'))]
    for (const context of contexts) await context.step()
    for (const [nth, context] of contexts.entries())
      expect((await context.step(Buffer.from('x'))).toString()).toBe(`${['one', 'two'][nth]}@h.test 2`)
    expect([...caches]).toEqual([given, expect.stringMatching(/^MEMORY:goldsync-/)])
  })

  it('with the same tickets does not wait for a KDC that is silent about another service', async () => {
    const { load, silent, open, asked } = library()
    silent.add('slow@h.test')
    const kerberos = openKerberos({ kind: 'kerberos', keytab: await keytabOf('bob') }, load)
    await kerberos.context(target('quick'))
    const slow = kerberos.context(target('slow'))
    await until(() => open.length > 0)
    await kerberos.context(target('quick'))
    expect(asked).toEqual(['quick@h.test', 'slow@h.test', 'quick@h.test'])
    for (const call of open) call.answer()
    await slow
  })

  it('asks a silent KDC once for all who wait, and again when that call has ended', async () => {
    fakeTime()
    const { load, silent, open, asked } = library()
    silent.add('dead@h.test')
    const kerberos = openKerberos({ kind: 'kerberos' }, load)
    const all = Array.from({ length: 4 }, () => kerberos.context(target('dead')).catch(error => error.code))
    await vi.waitUntil(() => open.length > 0)
    await vi.advanceTimersByTimeAsync(9_000)
    expect(await Promise.all(all)).toEqual(Array(4).fill('UNAVAILABLE'))
    await expect(kerberos.context(target('dead'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(asked.length).toBeLessThan(3)
    silent.clear()
    for (const call of open) call.fail(new Error('Cannot contact any KDC'))
    await vi.waitFor(() => kerberos.context(target('dead')))
  })

  it('waits for other tickets not for ever, and does not begin later what was given up', async () => {
    fakeTime()
    const { load, silent, open, asked } = library()
    silent.add('dead@h.test')
    const late = openKerberos({ kind: 'kerberos', keytab: await keytabOf('carl') }, load)
    const dead = openKerberos({ kind: 'kerberos' }, load).context(target('dead'))
    const failed = expect(dead).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await vi.waitUntil(() => open.length > 0)
    const waiting = late.context(target('late'))
    const refused = expect(waiting).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('another keytab'),
    })
    await vi.waitUntil(() => vi.getTimerCount() === 2)
    await vi.advanceTimersByTimeAsync(30_000)
    await Promise.all([failed, refused])
    for (const call of open) call.answer()
    await late.context(target('next'))
    expect(asked).toEqual(['dead@h.test', 'next@h.test'])
  })
})
