import { expect, it, onTestFinished, vi } from 'vitest'
import type { Log } from '../../shared/base/log.ts'
import { awaiting, beginWait, headOf, openWaits } from '../../shared/base/waits.ts'
import { watchWaits } from '../../shared/hosts/waits.ts'

/** Waits of this test alone: other files of the process have their own. */
const mine = (server: string) => openWaits().filter(wait => wait.server === server)

function watching(server: string) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const shown: string[] = []
  const logged: string[] = []
  const warn = (record: { readonly server: string }, text: string) =>
    record.server === server && logged.push(text)
  const log = { warn } as unknown as Log
  const stop = watchWaits({ log, show: line => shown.push(line) })
  onTestFinished(stop)
  return { shown, logged, stop, log }
}

it('a call is a wait until it ends, however it ends', async () => {
  let end = () => {}
  const work = awaiting('ends:1', 'get_table', () => new Promise<void>(resolve => (end = resolve)))
  expect(mine('ends:1')).toMatchObject([{ call: 'get_table' }])
  end()
  await work
  await awaiting('ends:1', 'get_table', () => Promise.reject(new Error('no'))).catch(() => undefined)
  expect(mine('ends:1')).toEqual([])
})

it('what takes long is shown while it does, and logged once', () => {
  const { shown, logged } = watching('slow:9870')
  const end = beginWait('slow:9870', 'LISTSTATUS /golden')
  vi.advanceTimersByTime(2_500)
  expect(shown).toEqual([])
  vi.advanceTimersByTime(5_500)
  expect(shown.at(-1)).toBe('waiting 8 s for slow:9870 (LISTSTATUS /golden)')
  expect(logged).toEqual(['waiting 5 s for slow:9870 (LISTSTATUS /golden)'])
  end()
  const told = shown.length
  vi.advanceTimersByTime(5_000)
  expect(shown).toHaveLength(told)
})

it('of several the longest is shown, each is logged, and by one of those who watch', () => {
  const { shown, logged, log } = watching('two:1')
  onTestFinished(watchWaits({ log }))
  const ends = [beginWait('two:1', 'first')]
  vi.advanceTimersByTime(1_000)
  ends.push(beginWait('two:1', 'second'))
  vi.advanceTimersByTime(7_000)
  expect(shown.at(-1)).toMatch(/two:1 \(first\)/)
  expect(logged).toEqual([expect.stringContaining('(first)'), expect.stringContaining('(second)')])
  for (const end of ends) end()
})

it('who has neither a log nor a progress line has one line for each server', () => {
  const { log } = watching('plain:1')
  const noted: string[] = []
  onTestFinished(watchWaits({ log, note: line => line.includes('plain:1') && noted.push(line) }))
  const ends = [beginWait('plain:1', 'first'), beginWait('plain:1', 'second')]
  vi.advanceTimersByTime(4_500)
  expect(noted).toEqual([])
  vi.advanceTimersByTime(60_000)
  expect(noted).toEqual(['waiting 5 s for plain:1 (first)'])
  for (const end of ends) end()
})

it('nothing is told after the run', () => {
  const { shown, logged, stop } = watching('after:1')
  const end = beginWait('after:1', 'x')
  stop()
  vi.advanceTimersByTime(60_000)
  expect([shown, logged]).toEqual([[], []])
  end()
})

it('of a statement the first words are told', () => {
  expect(headOf('ALTER TABLE `golden`.`orders` ADD\n  PARTITION (a)')).toBe(
    'ALTER TABLE `golden`.`orders` ADD PARTITION',
  )
  expect(headOf('SELECT'.repeat(1000)).length).toBeLessThan(130)
  expect(headOf('')).toBe('')
})
