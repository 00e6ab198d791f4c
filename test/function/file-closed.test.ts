import { expect, it } from 'vitest'
import { fileClosed } from '../../functions/file-closed.ts'
import { openLog } from '../../shared/base/log.ts'
import { type Outcome, reportOf } from '../../shared/function/outcome.ts'
import type { FilesReport } from '../../shared/run/report.ts'
import { openDouble } from '../support/engine-double.ts'
import { testLake } from '../support/lake.ts'

const PATH = 'orders/2019/09/01/10/a.parquet'

function closing() {
  const { lake, put } = testLake({ more: { engines: [openDouble().engine] } })
  put(PATH, 'v1')
  const invoke = (params: object, onRegistered?: (early: Outcome) => void) =>
    fileClosed.invoke(
      { id: 'event', params, onRegistered },
      { lakes: async () => [lake], log: openLog('silent') },
    )
  return { invoke }
}

const wordOf = (outcome: Outcome) => (reportOf(outcome) as FilesReport).files.map(file => file.outcome)

it('comes to its end after the engines, which is all that hosts hear that stop after an answer', async () => {
  const { invoke } = closing()
  expect(wordOf(await invoke({ path: `/golden/${PATH}` }))).toEqual(['read'])
})

it('says once, without waiting for the engines, what is true by then', async () => {
  const { invoke } = closing()
  const early: Outcome[] = []
  const end = await invoke({ path: `/golden/${PATH}` }, outcome => early.push(outcome))
  expect([early.map(wordOf), wordOf(end)]).toEqual([[['registered']], ['read']])
  expect(early).toMatchObject([{ status: 'ok', report: { engines: 'later' } }])
})

it('says nothing early to a sender that waits, nor of a message that is none', async () => {
  const early: Outcome[] = []
  const { invoke } = closing()
  const files = { files: [`/golden/${PATH}`], wait: true }
  expect(wordOf(await invoke(files, outcome => early.push(outcome)))).toEqual(['read'])
  expect(await invoke({ table: 'orders' }, outcome => early.push(outcome))).toMatchObject({
    status: 'invalid',
  })
  expect(early).toEqual([])
})

it('refuses early what lies outside the lakes, as in the end', async () => {
  const early: Outcome[] = []
  const { invoke } = closing()
  const end = await invoke({ path: '/elsewhere/a.parquet' }, outcome => early.push(outcome))
  expect([early[0]?.status, end.status]).toEqual(['invalid', 'invalid'])
})
