import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { History } from '../../shared/history/history.ts'
import { historyOptions, type PostgresOptions } from '../../shared/history/options.ts'
import { connector, openConnection } from '../../shared/history/postgres/connection.ts'
import { openPostgresHistory } from '../../shared/history/postgres/history.ts'
import { all, thing } from '../support/history.ts'
import { closedPort } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'

const SCHEMA = `history_${process.pid}`
const WRITER = `history_writer_${process.pid}`
const PASSWORD = 'not-in-any-message'

const openWith = (more: object): History => {
  const options = historyOptions.parse({
    kind: 'postgres',
    url: stack.postgres.metastore,
    schema: SCHEMA,
    tls: 'off',
    ...more,
  }) as PostgresOptions
  // The machine may be busy.
  const connect = connector(options, 30_000)
  return openPostgresHistory(options, openConnection(options, connect))
}

const recent = (number: number, part = {}) =>
  thing(number, { time: new Date(Date.now() - 60_000).toISOString(), ...part })

describeStack(['postgres'], 'a history in PostgreSQL', () => {
  const admin = new pg.Client({ connectionString: stack.postgres.metastore })
  const opened: History[] = []
  const open = async (more: object = {}) => {
    const history = openWith(more)
    opened.push(history)
    return history
  }
  beforeAll(() => admin.connect())
  beforeEach(async () => {
    await admin.query(`drop schema if exists ${SCHEMA} cascade`)
    await admin.query(`create schema ${SCHEMA}`)
  })
  afterAll(async () => {
    await Promise.all(opened.map(history => history.close()))
    await admin.query(`drop schema if exists ${SCHEMA} cascade`)
    await admin.query(`drop role if exists ${WRITER}`)
    await admin.end()
  })

  it('is empty before it is written, and reads newest first what was', async () => {
    const history = await open()
    expect(await all(history)).toEqual([])
    const entries = Array.from({ length: 1_234 }, (_, at) =>
      recent(at + 1, { time: '2026-11-28T10:00:00.000Z' }),
    )
    const long = await open({ days: 3650 })
    await long.write(entries)
    expect(await all(history)).toEqual(entries.toReversed())
    expect(await all(history, { limit: 7 })).toHaveLength(7)
    expect(
      await all(history, {
        table: 'orders',
        runId: 'run-1',
        kinds: ['thing'],
        partition: '2026/11/28',
        limit: 3,
      }),
    ).toHaveLength(3)
    expect(await all(history, { table: 'clicks' })).toEqual([])
    expect(await all(history, { since: Date.UTC(2026, 10, 28, 10, 0, 1) })).toEqual([])
  })

  it('counts an entry once that is written twice', async () => {
    const history = await open()
    await history.write([recent(1), recent(2)])
    await history.write([recent(2), recent(3)])
    expect(await all(history)).toHaveLength(3)
  })

  it('is made by several that begin at once', async () => {
    const histories = await Promise.all(Array.from({ length: 8 }, () => open()))
    await Promise.all(histories.map((history, at) => history.write([recent(at)])))
    expect(await all(histories[0] as History)).toHaveLength(8)
  })

  it('takes names that no text of PostgreSQL can hold', async () => {
    const history = await open()
    await history.write([
      recent(1, { file: '/golden/a\u0000b\ud800c.parquet' }),
      recent(2, { reason: "it's \\u0000" }),
    ])
    expect(
      (await all(history)).map(entry => (entry.kind === 'thing' ? (entry.file ?? entry.reason) : '')),
    ).toEqual(["it's \\u0000", '/golden/a?b\ufffdc.parquet'])
  })

  it('deletes what is too old', async () => {
    const first = await open({ days: 3650 })
    await first.write([recent(1, { time: '2026-01-01T00:00:00.000Z' }), recent(2)])
    const second = await open({ days: 30 })
    await second.write([recent(3)])
    expect((await all(second)).map(({ id }) => id).sort()).toEqual(['run-1/x/2', 'run-1/x/3'])
  })

  it('opens a connection anew that the server has ended', async () => {
    const history = await open()
    await history.write([recent(1)])
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'goldsync' and query like $1",
      [`%"${SCHEMA}"%`],
    )
    await history.write([recent(2)])
    expect(await all(history)).toHaveLength(2)
  })

  it('needs no right to make the table where it is there', async () => {
    await (await open()).write([recent(1)])
    await admin.query(`drop role if exists ${WRITER}`)
    await admin.query(`create role ${WRITER} login password '${PASSWORD}'`)
    await admin.query(`grant usage on schema ${SCHEMA} to ${WRITER}`)
    await admin.query(`grant select, insert, delete on ${SCHEMA}.goldsync_history to ${WRITER}`)
    const url = new URL(stack.postgres.metastore)
    url.username = WRITER
    const history = await open({ url: url.href, password: PASSWORD })
    await history.write([recent(2)])
    expect(await all(history)).toHaveLength(2)
    await admin.query(`revoke all on ${SCHEMA}.goldsync_history from ${WRITER}`)
    await expect(history.write([recent(3)])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    await admin.query(`drop owned by ${WRITER}`)
  })

  it('asks for TLS unless that is off, and says so of a server without it', async () => {
    const history = await open({ tls: {} })
    await expect(history.write([recent(1)])).rejects.toMatchObject({ message: expect.stringMatching(/SSL/) })
  })

  it('tells no password where nothing can be reached', async () => {
    const history = await open({ url: `postgresql://u:${PASSWORD}@127.0.0.1:${await closedPort()}/x` })
    const error = await history.write([recent(1)]).then(
      () => undefined,
      (error: Error) => error,
    )
    expect(error).toMatchObject({ code: 'UNAVAILABLE' })
    expect(error?.message).not.toContain(PASSWORD)
  })

  it.each(['postgresql://h/db?sslmode=no-verify', 'mysql://h/db', 'postgresql://h', 'secret-password'])(
    'refuses the address %s, without a word of it',
    async url => {
      const error = await (await open({ url })).write([recent(1)]).then(
        () => undefined,
        (error: Error) => error,
      )
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      expect(error?.message).not.toContain(url)
    },
  )
})
