import { describe, expect, it } from 'vitest'
import { GoldsyncError } from '../../../shared/base/errors.ts'
import { openDelegation } from '../../../shared/storages/webhdfs/delegation.ts'
import type { NameNodeAnswer, Question } from '../../../shared/storages/webhdfs/name-nodes.ts'
import { turns } from '../../support/waiting.ts'

const askedFor = { location: 'hdfs://ns', user: 'goldsync', ifRefused: () => '' }

/** A NameNode by its answers, and a clock. @param renewals milliseconds that each renewal gives, or what else it answers */
function withClock(...renewals: readonly (number | { status: number; body: string } | Error)[]) {
  let time = 1_000_000
  let fetched = 0
  let renewed = 0
  const log: string[] = []
  const state = { noToken: undefined as { status: number; body: string } | Error | undefined }
  const answer = (status: number, body: string): NameNodeAnswer => ({
    status,
    body: Buffer.from(body),
    headers: {},
    url: new URL('http://nn1:9870/webhdfs/v1/'),
    root: 'http://nn1:9870/webhdfs/v1',
  })
  const ask = async ({ op, parameters }: Question) => {
    log.push(`${op}${parameters?.token ? ` ${parameters.token}` : ''}`)
    if (op === 'GETDELEGATIONTOKEN') {
      if (state.noToken instanceof Error) throw state.noToken
      if (state.noToken) return answer(state.noToken.status, state.noToken.body)
      fetched += 1
      return answer(200, JSON.stringify({ Token: { urlString: `t${fetched}` } }))
    }
    if (op === 'CANCELDELEGATIONTOKEN') return answer(200, '')
    const next = renewals[Math.min(renewed, renewals.length - 1)]
    renewed += 1
    if (next instanceof Error) throw next
    if (typeof next === 'object') return answer(next.status, next.body)
    return answer(200, JSON.stringify({ long: Date.now() + (next ?? 0) }))
  }
  const delegation = openDelegation(ask, askedFor, () => time)
  return {
    delegation,
    log,
    state,
    pass(ms: number) {
      time += ms
    },
    /** What is asked in so many milliseconds and after them, with a call each tenth of them. */
    async asked(ms: number) {
      log.length = 0
      for (let step = 0; step < 10; step += 1) {
        time += ms / 10
        await delegation.current({})
        await turns()
      }
      return [...log]
    },
  }
}

describe('a delegation token', () => {
  it('is fetched once for calls at the same time, and renewed only after half a minute', async () => {
    const { delegation, asked, log } = withClock(100_000)
    expect(await Promise.all([delegation.current({}), delegation.current({})])).toEqual(['t1', 't1'])
    expect(log).toEqual(['GETDELEGATIONTOKEN'])
    expect(await asked(29_000)).toEqual([])
    expect(await asked(2_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
  })

  it('is renewed before it ends, again and again', async () => {
    const { delegation, asked } = withClock(100_000)
    await delegation.current({})
    expect(await asked(30_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
    expect(await asked(70_000)).toEqual([])
    expect(await asked(10_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
    expect(await asked(76_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
  })

  it('is replaced where renewals give less and less: it nears the end of its life', async () => {
    const { delegation, asked } = withClock(100_000, 40_000)
    await delegation.current({})
    await asked(30_000)
    expect(await asked(80_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
    expect(await asked(40_000)).toEqual(['GETDELEGATIONTOKEN'])
    expect(await delegation.current({})).toBe('t2')
  })

  it('is replaced where the server knows it no longer', async () => {
    const body = JSON.stringify({ RemoteException: { exception: 'InvalidToken', message: 'not in cache' } })
    const { delegation, asked } = withClock({ status: 403, body })
    await delegation.current({})
    expect(await asked(31_000)).toEqual(['RENEWDELEGATIONTOKEN t1', 'GETDELEGATIONTOKEN'])
  })

  it('is kept where this principal may not renew it, and not tried again', async () => {
    const body = JSON.stringify({
      RemoteException: { exception: 'AccessControlException', message: 'tries to renew' },
    })
    const { delegation, asked } = withClock({ status: 403, body })
    await delegation.current({})
    expect(await asked(31_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
    expect(await asked(1_000_000)).toEqual([])
    expect(await delegation.current({})).toBe('t1')
  })

  it('is kept, and renewed later, where the KDC is down meanwhile', async () => {
    const { delegation, asked } = withClock(100_000, new Error('KDC down'), 100_000)
    await delegation.current({})
    await asked(30_000)
    expect(await asked(75_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
    expect(await delegation.current({})).toBe('t1')
    expect(await asked(10_000)).toEqual(['RENEWDELEGATIONTOKEN t1'])
  })

  it('that was replaced is not forgotten when the former one is refused', async () => {
    const { delegation } = withClock(100_000)
    await delegation.current({})
    expect(delegation.refused('t0')).toBe(true)
    expect(await delegation.current({})).toBe('t1')
    expect(delegation.refused('t1')).toBe(true)
    expect(await delegation.current({})).toBe('t2')
  })

  it.each([
    ['a page of a proxy', { status: 404, body: '<html>' }],
    ['no NameNode', new GoldsyncError('UNAVAILABLE', 'no NameNode answered')],
  ])(
    'that is not to be had (%s) is asked for again after a minute, and calls do without',
    async (_, noToken) => {
      const { delegation, asked, state } = withClock(100_000)
      state.noToken = noToken
      expect(await delegation.current({})).toBeUndefined()
      expect(await asked(59_000)).toEqual([])
      state.noToken = undefined
      expect(await asked(2_000)).toEqual(['GETDELEGATIONTOKEN'])
      expect(await delegation.current({})).toBe('t1')
    },
  )

  it.each(['AUTHENTICATION_FAILED', 'TIMEOUT', 'ABORTED'] as const)(
    'that is not to be had for %s fails the call, and the next one asks again',
    async code => {
      const { delegation, state } = withClock(100_000)
      state.noToken = new GoldsyncError(code, 'as it is')
      await expect(delegation.current({})).rejects.toMatchObject({ code })
      state.noToken = undefined
      expect(await delegation.current({})).toBe('t1')
    },
  )

  it('that is being fetched, or replaced, when all is closed is cancelled as well', async () => {
    const first = withClock(1)
    const fetching = first.delegation.current({})
    await first.delegation.close()
    expect(first.log).toEqual(['GETDELEGATIONTOKEN', 'CANCELDELEGATIONTOKEN t1'])
    await fetching
    const second = withClock({ status: 401, body: '' })
    await second.delegation.current({})
    second.pass(31_000)
    await second.delegation.current({})
    await second.delegation.close()
    expect(second.log.slice(-2)).toEqual(['GETDELEGATIONTOKEN', 'CANCELDELEGATIONTOKEN t2'])
    expect(await second.delegation.current({})).toBeUndefined()
  })

  it('that was never fetched is not cancelled', async () => {
    const { delegation, log } = withClock(1)
    await delegation.close()
    expect(log).toEqual([])
  })
})
