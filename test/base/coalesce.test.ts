import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { coalescing } from '../../shared/base/coalesce.ts'

describe('requests for one key', () => {
  test('that arrive while one is worked on become one next round', async () => {
    const rounds: string[][] = []
    const gates: (() => void)[] = []
    const ask = coalescing(async (requests: readonly string[]) => {
      rounds.push([...requests])
      await new Promise<void>(open => gates.push(open))
      return rounds.length
    })
    const answers = ['a', 'b', 'c'].map(request => ask('orders', request))
    gates.shift()?.()
    expect(await answers[0]).toBe(1)
    await new Promise(setImmediate)
    gates.shift()?.()
    expect([await Promise.all(answers), rounds]).toEqual([
      [1, 2, 2],
      [['a'], ['b', 'c']],
    ])
  })

  test('that arrive while it rests become one round too, where it rests as long as it worked', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
    const rounds: string[][] = []
    const ask = coalescing(async (requests: readonly string[]) => {
      rounds.push([...requests])
      clock.mockReturnValue(1050)
    }, 10_000)
    await ask('orders', 'a')
    await Promise.all(['b', 'c'].map(request => ask('orders', request)))
    clock.mockReturnValue(1100)
    await Promise.all(['d', 'e'].map(request => ask('orders', request)))
    clock.mockRestore()
    expect(rounds).toEqual([['a'], ['b', 'c'], ['d'], ['e']])
  })

  test('are not held up by those of another', async () => {
    const ask = coalescing(async ([request]: readonly string[]) =>
      request === 'slow' ? new Promise<string>(() => undefined) : 'done',
    )
    void ask('orders', 'slow')
    expect(await ask('clicks', 'fast')).toBe('done')
  })

  test('are worked on though the round before failed', async () => {
    const ask = coalescing(async ([request]: readonly string[]) => {
      if (request === 'bad') throw new Error('it broke')
      return request
    })
    const bad = ask('orders', 'bad')
    const good = ask('orders', 'good')
    await expect(bad).rejects.toThrow('it broke')
    expect(await good).toBe('good')
  })

  test('are each answered by a round that began after they came and that holds them, never two rounds at once', async () => {
    const event = fc.record({
      key: fc.constantFrom('a', 'b'),
      wait: fc.nat(3),
      work: fc.nat(3),
      fails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async events => {
        const active = new Set<string>()
        const ask = coalescing(
          async (requests: readonly { key: string; id: number; work: number; fails: boolean }[]) => {
            const { key } = requests[0]!
            expect(active.has(key)).toBe(false)
            active.add(key)
            for (let tick = 0; tick < requests[0]!.work; tick += 1) await Promise.resolve()
            active.delete(key)
            if (requests.some(({ fails }) => fails)) throw requests.map(({ id }) => id)
            return requests.map(({ id }) => id)
          },
        )
        const answers: Promise<void>[] = []
        for (const [id, { wait, ...rest }] of events.entries()) {
          for (let tick = 0; tick < wait; tick += 1) await Promise.resolve()
          const answer = ask(rest.key, { ...rest, id }).catch((ids: number[]) => ids)
          answers.push(answer.then(ids => expect(ids).toContain(id)))
        }
        await Promise.all(answers)
      }),
      { numRuns: 300 },
    )
  })
})
