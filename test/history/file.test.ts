import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileHistory } from '../../shared/history/file/history.ts'
import { all, run, table, thing } from '../support/history.ts'

const NOW = Date.UTC(2026, 10, 28, 10)
const TODAY = '2026-11-28.jsonl'

let folder = ''
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'goldsync-history-')), 'state', 'history')
})
afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true, force: true }))

const open = (more: { days?: number; most?: number } = {}, now = () => NOW) =>
  openFileHistory({ path: folder, days: 30, ...more }, now)

const ids = async (history = open(), query = {}) => (await all(history, query)).map(({ id }) => id)

describe('a history in a folder', () => {
  it('is read newest first, and is empty before anything is written', async () => {
    const history = open()
    expect(await all(history)).toEqual([])
    await history.write([thing(1), thing(2)])
    await history.write([thing(3)])
    expect(await ids(history)).toEqual(['run-1/x/3', 'run-1/x/2', 'run-1/x/1'])
    expect(await all(history, { limit: 1 })).toEqual([thing(3)])
  })

  it('is for its owner alone', async () => {
    await open().write([thing(1)])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, TODAY)).mode & 0o777).toBe(0o600)
  })

  it('has a file for each day, which are read from the newest on', async () => {
    await open({}, () => NOW - 86_400_000).write([thing(1)])
    await open().write([thing(2)])
    expect(readdirSync(folder).sort()).toEqual(['2026-11-27.jsonl', TODAY])
    expect(await ids()).toEqual(['run-1/x/2', 'run-1/x/1'])
  })

  it.each([
    ['longer than a block', 70_000],
    ['many to a block', 40],
    ['about as long as a block', 65_400],
  ])('gives back lines that are %s', async (_, length) => {
    const entries = [1, 2, 3, 4, 5].map(number =>
      thing(number, { reason: `${'ä'.repeat(length / 2)}${number}` }),
    )
    await open().write(entries)
    expect(await all(open())).toEqual(entries.toReversed())
  })

  it('gives back thousands of lines in their order', async () => {
    const entries = Array.from({ length: 5_000 }, (_, number) => thing(number))
    await open().write(entries)
    expect(await ids()).toEqual(entries.map(({ id }) => id).reverse())
  })

  it('skips half a line at its end, and the next run loses none of its own to it', async () => {
    await open().write([thing(1)])
    appendFileSync(join(folder, TODAY), JSON.stringify(thing(2)).slice(0, 100))
    expect(await ids()).toEqual(['run-1/x/1'])
    await open().write([thing(3)])
    expect(await ids()).toEqual(['run-1/x/3', 'run-1/x/1'])
  })

  it.each([
    ['no JSON', 'hello'],
    ['a later version', JSON.stringify({ ...thing(2), version: 2 })],
    ['another kind', JSON.stringify({ ...thing(2), kind: 'song' })],
    ['no time', JSON.stringify({ ...thing(2), time: 'soon' })],
    ['a list', '[1]'],
    ['a thing without what', JSON.stringify({ ...thing(2), what: undefined })],
    ['a thing whose table is a number', JSON.stringify({ ...thing(2), table: 7 })],
    ['a run without lakes', JSON.stringify({ ...run(2), lakes: undefined })],
    ['a run whose findings are null', JSON.stringify({ ...run(2), findings: null })],
    ['a table without findings', JSON.stringify({ ...table(2), findings: undefined })],
    ['a table without counts', JSON.stringify({ ...table(2), added: undefined })],
    ['a line without end', 'x'.repeat(3_000_000)],
  ])('skips what is %s', async (_, line) => {
    await open().write([thing(1)])
    appendFileSync(join(folder, TODAY), `${line}\n`)
    await open().write([thing(3)])
    expect(await ids(open(), { lakes: ['/golden'] })).toEqual(['run-1/x/3', 'run-1/x/1'])
  })

  it('reads those of the kinds that are asked for, whatever the others say', async () => {
    await open().write([
      run(1),
      thing(2, { reason: '"kind":"run"' }),
      table(3, { reason: ',"kind":"thing",\\"kind":"thing"' }),
    ])
    appendFileSync(join(folder, TODAY), `${JSON.stringify(run(4), null, 1).replaceAll('\n', '')}\n`)
    expect(await ids(open(), { kinds: ['run', 'table'] })).toEqual(['run-1/x/4', 'run-1/x/3', 'run-1/x/1'])
    expect(await ids(open(), { kinds: ['thing'] })).toEqual(['run-1/x/2'])
  })

  it('has written what is new where old files cannot be deleted, and says so', async () => {
    mkdirSync(join(folder, '2026-10-01.jsonl', 'x'), { recursive: true })
    expect(await open().write([thing(1)])).toMatch(/old entries .* could not be deleted/)
    expect(await open().write([thing(2)])).toBeUndefined()
    rmSync(join(folder, '2026-10-01.jsonl'), { recursive: true })
    expect(await ids()).toEqual(['run-1/x/2', 'run-1/x/1'])
  })

  it('deletes files of days that are too old when a day begins, and nothing else', async () => {
    mkdirSync(folder, { recursive: true })
    for (const name of [
      '2026-10-01.jsonl',
      '2026-11-20.jsonl',
      '2026-11-21.jsonl',
      'notes.txt',
      '2026-10-01.json',
    ])
      writeFileSync(join(folder, name), '')
    await open({ days: 7 }).write([thing(1)])
    expect(readdirSync(folder).sort()).toEqual(['2026-10-01.json', '2026-11-21.jsonl', TODAY, 'notes.txt'])
    writeFileSync(join(folder, '2026-10-02.jsonl'), '')
    await open({ days: 7 }).write([thing(2)])
    expect(readdirSync(folder)).toContain('2026-10-02.jsonl')
  })

  it('stops at its size, says so, and keeps what it has', async () => {
    const history = open({ most: 1_000 })
    await history.write([thing(1)])
    await expect(history.write(Array.from({ length: 20 }, (_, at) => thing(at)))).rejects.toThrow(
      /no more is added/,
    )
    expect(readFileSync(join(folder, TODAY)).length).toBeLessThanOrEqual(1_000)
    expect(await ids()).toEqual(['run-1/x/1'])
  })

  it('names the folder that cannot be written', async () => {
    mkdirSync(join(folder, '..'), { recursive: true })
    writeFileSync(folder, 'a file')
    await expect(open().write([thing(1)])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(folder),
    })
    await expect(all(open())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it.each([
    [{ table: 'orders' }, [1, 2]],
    [{ table: 'golden.clicks' }, [3]],
    [{ partition: '2026/11/28' }, [1]],
    [{ partition: '2026/11/2' }, []],
    [{ file: 'a.parquet' }, [4]],
    [{ file: '.parquet' }, []],
    [{ runId: 'run-2' }, [3]],
    [{ since: Date.UTC(2026, 10, 28, 9, 30) }, [1, 2, 4]],
    [{ lakes: ['/golden'] }, [1, 2, 4]],
    [{ kinds: ['run'] as const }, []],
  ])('answers %j', async (query, numbers) => {
    const file = { partition: undefined, table: undefined, topic: undefined }
    await open().write([
      thing(1, { lake: '/golden' }),
      thing(2, { partition: '2026/11/27/01' }),
      thing(3, {
        table: 'golden.clicks',
        topic: 'clicks',
        runId: 'run-2',
        time: '2026-11-28T09:00:00.000Z',
        lake: '/other',
        partition: '1',
      }),
      JSON.parse(
        JSON.stringify(thing(4, { ...(file as object), what: 'read', file: '/golden/x/a.parquet' })),
      ),
    ])
    expect(await ids(open(), query)).toEqual(numbers.map(number => `run-1/x/${number}`).reverse())
  })
})
