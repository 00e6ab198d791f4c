/** The least rights on HDFS, as docs/storages/webhdfs.md has them: what r-x on folders and r-- on files let a user do, and what one less does not. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { describeStack, stack } from '../support/stack.ts'

const USER = 'goldsync-reader'
const HOUR = 'orders/2026/11/20/06'

describeStack(['hdfs'], 'the least rights on HDFS', () => {
  const root = `/golden/rights-${process.pid}`
  const lakeOf = (name: string): string => `${root}/${name}`

  /** Of WebHDFS, as its superuser. */
  async function order(path: string, op: string, params: Record<string, string>): Promise<void> {
    const query = new URLSearchParams({ op, 'user.name': stack.hdfs.superuser, ...params })
    const response = await fetch(`${stack.hdfs.webhdfs}${path}?${query}`, { method: 'PUT' })
    if (!response.ok) throw new Error(await response.text())
  }

  /** Whom others are, nobody is: rights come from the ACL alone, as where a lake is private. */
  async function lay(name: string): Promise<string> {
    const lake = lakeOf(name)
    const parts = HOUR.split('/')
    const folders = [lake, ...parts.map((_, at) => `${lake}/${parts.slice(0, at + 1).join('/')}`)]
    const file = `${lake}/${HOUR}/a.parquet`
    await hdfs.mkdir(`${lake}/${HOUR}`, '0750')
    await hdfs.put(file, readFileSync('test/fixtures/orders/v1.parquet'))
    for (const path of folders) await grant(path, 'r-x')
    await grant(file, 'r--')
    return lake
  }

  async function grant(path: string, rights: string): Promise<void> {
    await order(path, 'SETPERMISSION', { permission: '750' })
    await order(path, 'SETACL', { aclspec: `user::rwx,group::r-x,other::---,user:${USER}:${rights}` })
  }

  async function scanned(lake: string, user = USER) {
    const location = hdfs.location(lake)
    const config = configOf(
      {
        lakes: [{ location, storage: { ...hdfsStorage, user }, createDatabase: true }],
        catalogs: { memory: { kind: 'memory' } },
      },
      'the test',
      {},
    )
    const connection = connect(config)
    const outcome = await scan.invoke(
      { id: 'test', params: {} },
      { lakes: connection.lakes, log: openLog('silent') },
    )
    await connection.close()
    return outcome
  }

  beforeAll(() => hdfs.mkdir(root, '0755'))
  afterAll(() => hdfs.rm(root))

  it('suffice: read and search on folders, read on files, by an ACL for goldsync alone', async () => {
    expect(await scanned(await lay('enough'))).toMatchObject({
      status: 'ok',
      report: { tables: [{ partitions: { added: 1 } }] },
    })
    expect(await scanned(lakeOf('enough'), 'somebody-else')).toMatchObject({
      error: { code: 'PERMISSION_DENIED' },
    })
  })

  it('let it write nothing', async () => {
    const lake = await lay('reading')
    for (const [path, op, method] of [
      [`${lake}/x`, 'MKDIRS', 'PUT'],
      [`${lake}/${HOUR}/a.parquet`, 'DELETE', 'DELETE'],
    ] as const) {
      const response = await fetch(`${stack.hdfs.webhdfs}${path}?op=${op}&user.name=${USER}`, { method })
      expect(response.status).toBe(403)
    }
  })

  it.each([
    ['the root', '', '--x'],
    ['the root', '', 'r--'],
    ['a topic', '/orders', '--x'],
    ['a folder within', '/orders/2026/11', 'r--'],
    ['an hour', `/${HOUR}`, '--x'],
    ['a file', `/${HOUR}/a.parquet`, '---'],
  ])('are not enough with %s (%s) at %s', async (_, path, rights) => {
    const lake = await lay(`less${path.replaceAll('/', '-')}${rights}`)
    await grant(`${lake}${path}`, rights)
    const outcome = await scanned(lake)
    expect(JSON.stringify(outcome)).toContain(USER)
    expect(JSON.stringify(outcome)).toMatch(/Permission denied/)
    expect(outcome).not.toMatchObject({ report: { tables: [{ partitions: { added: 1 } }] } })
  })
})
