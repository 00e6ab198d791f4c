import { expect, it } from 'vitest'
import { runNode } from '../support/hosts.ts'

/** What a process prints that logs this, as JavaScript. */
async function logged(call: string): Promise<string> {
  const script = `import { openLog } from './shared/base/log.ts'; const log = openLog('debug', { service: 'test' }); ${call}`
  const { status, stdout, stderr } = await runNode(['--import', 'tsx', '--input-type=module', '-e', script])
  expect([status, stdout]).toEqual([0, ''])
  return stderr
}

it('a record is one line of JSON on standard error', async () => {
  const line = await logged("log.info({ table: 'golden.orders' }, 'add 1 partition')")
  expect(JSON.parse(line)).toMatchObject({
    level: 30,
    service: 'test',
    table: 'golden.orders',
    msg: 'add 1 partition',
  })
})

it('secrets are not written, wherever they are', async () => {
  const planted = [
    "log.info({ password: 'hunter2' })",
    "log.info({ trino: { token: 'hunter2' } })",
    "log.info({ config: { webhook: { standard: ['hunter2'] }, catalogs: { hive: { password: 'hunter2' } } } })",
    "log.error({ err: Object.assign(new Error('no'), { request: { headers: { authorization: 'hunter2' } } }) })",
    "log.info('http://ann:hunter2@trino:8080/v1 is away')",
    "log.error({ err: new Error('hdfs://ann:hunter2@nn/golden') })",
    "log.info('GET http://nn:9870/webhdfs/v1/golden?op=OPEN&delegation=hunter2&offset=1')",
    "log.info({ headers: 'authorization: Bearer hunter2hunter2' })",
    "log.info({ command: 'secret whsec_hunter2' })",
  ]
  const lines = (await logged(planted.join('\n'))).trim().split('\n')
  expect(lines).toHaveLength(planted.length)
  for (const line of lines) {
    expect(JSON.parse(line)).toBeDefined()
    expect(line).not.toContain('hunter2')
    expect(line).toContain('[Redacted]')
  }
  expect(lines.join()).toContain('@trino:8080/v1 is away')
  expect(lines.join()).toContain('&offset=1')
})
