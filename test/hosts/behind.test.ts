import { describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { openBehind } from '../../shared/hosts/http/behind.ts'
import { gate, turns } from '../support/waiting.ts'

const silent = openLog('silent')

/** Work that says `early` at once, and ends when it is let. */
function begun(behind: ReturnType<typeof openBehind>, bytes = 1) {
  const ending = gate()
  let said: string | undefined
  const answer = behind
    .answer<string>(bytes, async early => {
      await turns()
      early('early')
      await ending.opened
      return 'in the end'
    })
    .then(value => {
      said = value
      return value
    })
  return { answer, said: () => said, end: ending.open }
}

describe('work that goes on behind answers', () => {
  it('is answered early, and waited for', async () => {
    const behind = openBehind(silent)
    const work = begun(behind)
    expect(await work.answer).toBe('early')
    let isEnded = false
    const ended = behind.ended().then(() => {
      isEnded = true
    })
    await turns()
    expect(isEnded).toBe(false)
    work.end()
    await ended
  })

  it('is answered with its end where it says nothing before, or throws', async () => {
    const behind = openBehind(silent)
    expect(await behind.answer(1, async () => 'done')).toBe('done')
    await expect(behind.answer(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await behind.ended()
  })

  it.each([
    ['requests', { requests: 2, bytes: 1000 }, 1],
    ['bytes', { requests: 1000, bytes: 20 }, 10],
  ])('makes answers wait while too much goes on: %s', async (_, most, bytes) => {
    const warned: string[] = []
    const log = { ...silent, warn: (_: object, message: string) => void warned.push(message) }
    const behind = openBehind(log as never, most)
    const works = [begun(behind, bytes), begun(behind, bytes), begun(behind, bytes), begun(behind, bytes)]
    while (works.filter(({ said }) => said()).length < 2) await turns()
    await turns()
    expect(works.map(({ said }) => said())).toEqual(['early', 'early', undefined, undefined])
    expect(warned).toHaveLength(1)
    works[0]!.end()
    works[1]!.end()
    expect([await works[2]!.answer, await works[3]!.answer]).toEqual(['early', 'early'])
    for (const { end } of works) end()
    await behind.ended()
  })

  it('makes none wait any more once it is to hurry, nor later ones', async () => {
    const behind = openBehind(silent, { requests: 0, bytes: 1000 })
    const waiting = begun(behind)
    await turns()
    expect(waiting.said()).toBeUndefined()
    behind.hurry()
    expect(await waiting.answer).toBe('early')
    const later = begun(behind)
    expect(await later.answer).toBe('early')
    for (const { end } of [waiting, later]) end()
    await behind.ended()
  })

  it('answers with the end of what had to wait until then', async () => {
    const behind = openBehind(silent, { requests: 0, bytes: 1000 })
    const work = begun(behind)
    await turns()
    await turns()
    expect(work.said()).toBeUndefined()
    work.end()
    expect(await work.answer).toBe('in the end')
  })

  it('tells the log where it fails after its answer, and frees its place', async () => {
    const errors: string[] = []
    const log = { ...silent, error: (_: object, message: string) => void errors.push(message) }
    const behind = openBehind(log as never)
    const failing = gate()
    const answer = behind.answer<string>(1, async early => {
      await turns()
      early('early')
      await failing.opened
      throw new Error('a bug')
    })
    expect(await answer).toBe('early')
    failing.open()
    await behind.ended()
    expect(errors).toHaveLength(1)
  })
})
