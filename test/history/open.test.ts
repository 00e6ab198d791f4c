import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { openHistory } from '../../shared/history/open.ts'
import { recorderOf } from '../../shared/hosts/history.ts'
import { pastOf } from '../../shared/hosts/past.ts'
import { all, thing } from '../support/history.ts'
import { runReport } from '../support/report.ts'

// As where HOME is not set and the user's number is in no list. Other files have loaded what asks for it: a mock comes too late.
beforeEach(() => {
  vi.spyOn(os, 'homedir').mockImplementation(() => {
    throw new Error('uv_os_homedir returned ENOENT')
  })
  syncBuiltinESMExports()
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

const NO_HOME = { code: 'CONFIG_INVALID', message: expect.stringContaining('no home') }

describe('a history of a user without a home', () => {
  it('opens, and says when it is written or read what to set', async () => {
    const history = await openHistory({ kind: 'file', days: 30 }, {})
    await expect(history?.write([thing(1)])).rejects.toMatchObject(NO_HOME)
    await expect(history && all(history)).rejects.toMatchObject(NO_HOME)
    await history?.close()
  })

  it('is opened as ever where the place is set', async () => {
    expect((await openHistory({ kind: 'file', days: 30, path: '/h' }, {}))?.place).toBe('/h')
    const state = await openHistory({ kind: 'file', days: 30 }, { XDG_STATE_HOME: '/state' })
    expect(state?.place).toBe('/state/goldsync/history')
  })

  it.each([
    ['info', undefined],
    ['warning', { kind: 'file', days: 30 } as const],
  ])('is one finding of the run (%s), which does not fail', async (severity, history) => {
    const host = { host: 'cli', log: openLog('silent'), byDefault: true } as const
    const recorder = await recorderOf({ history, lakes: [] }, {}, host)
    for (const id of ['1', '2'])
      recorder?.note({ id, function: 'scan' }, { status: 'ok', report: runReport([]) })
    expect(await recorder?.written()).toMatchObject({ code: 'HISTORY_NOT_WRITTEN', severity })
    await recorder?.close()
  })

  it('stops no page', async () => {
    expect(await pastOf({ history: undefined, lakes: [] }, {}, true, Date.now())).toMatchObject({
      error: expect.stringContaining('no home'),
    })
  })
})
