import { EventEmitter } from 'node:events'
import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { historyOptions, type PostgresOptions } from '../../shared/history/options.ts'
import { openConnection } from '../../shared/history/postgres/connection.ts'
import { openPostgresHistory } from '../../shared/history/postgres/history.ts'
import { page } from '../../shared/history/postgres/statements.ts'
import { thing } from '../support/history.ts'

const OPTIONS = historyOptions.parse({ kind: 'postgres', url: 'postgresql://h/db' }) as PostgresOptions

/** A server that has the table. @param answer throws what a statement, the number of its connection and of it on that, comes to */
function server(answer: (text: string, connection: number, at: number) => void = () => undefined) {
  const asked: string[] = []
  const clients: EventEmitter[] = []
  const connect = async () => {
    const number = clients.length + 1
    let at = 0
    const client = Object.assign(new EventEmitter(), {
      query: async (text: string) => {
        at += 1
        const [word = ''] = text.split(' ')
        asked.push(`${word} ${number}`)
        answer(word, number, at)
        return { rows: [{ there: true }] }
      },
      end: async () => undefined,
    })
    clients.push(client)
    return client as unknown as Client
  }
  const history = openPostgresHistory(OPTIONS, openConnection(OPTIONS, connect))
  return { asked, clients, history }
}

const many = Array.from({ length: 1_200 }, (_, number) => thing(number))
const lost = (): never => {
  throw new Error('Connection terminated unexpectedly')
}
const said = (code: string): never => {
  throw Object.assign(new Error('no rights'), { severity: 'ERROR', code })
}

describe('a history in PostgreSQL', () => {
  it('writes a batch again that a lost connection has taken, and no other', async () => {
    const { asked, history } = server((_, connection, at) => connection === 1 && at === 3 && lost())
    expect(await history.write(many)).toBeUndefined()
    expect(asked).toEqual(['select 1', 'insert 1', 'insert 1', 'insert 2', 'insert 2', 'delete 2'])
  })

  it.each(['57P01', '08006'])(
    'writes it again where the server itself ends the connection: %s',
    async code => {
      const { asked, history } = server((_, connection, at) => connection === 1 && at === 2 && said(code))
      await history.write([thing(1)])
      expect(asked).toEqual(['select 1', 'insert 1', 'insert 2', 'delete 2'])
    },
  )

  it('opens a new one for what comes after a loss that was told of', async () => {
    const { asked, clients, history } = server()
    await history.write([thing(1)])
    clients[0]?.emit('error', new Error('gone'))
    await history.write([thing(2)])
    expect(asked.at(-1)).toBe('insert 2')
  })

  it('tries once more, and not on a connection that was new, nor what is refused', async () => {
    const down = server((_, connection, at) => (connection > 1 || at > 1) && lost())
    await expect(down.history.write([thing(1)])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(down.asked).toEqual(['select 1', 'insert 1', 'insert 2'])
    const fresh = server(lost)
    await expect(fresh.history.write([thing(1)])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(fresh.asked).toEqual(['select 1'])
    const denied = server(word => word === 'insert' && said('42501'))
    await expect(denied.history.write([thing(1)])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    expect(denied.asked).toEqual(['select 1', 'insert 1'])
  })

  it.each([
    ['may not be deleted', () => said('42501')],
    ['are deleted too slowly', lost],
  ])('has written what is new where old entries %s, and says so', async (_, fail) => {
    const { asked, history } = server(word => word === 'delete' && fail())
    expect(await history.write([thing(1)])).toMatch(/old entries .* could not be deleted/)
    expect(asked).toEqual(['select 1', 'insert 1', 'delete 1'])
    expect(await history.write([thing(2)])).toBeUndefined()
  })

  it('asks for the next page with a range of the index', () => {
    const after = { time: '2026-11-28T10:00:00.000Z', seq: 7, id: 'x' }
    expect(page('t', { limit: 1 }, after, 500)).toMatchObject({
      text: expect.stringContaining('where time <= $1 and (time < $1 or (time = $1 and'),
      values: Object.values(after),
    })
  })
})
