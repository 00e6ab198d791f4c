import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runNode } from '../support/hosts.ts'

/** What a process prints that logs this, as JavaScript. */
async function logged(call: string, rest = "'debug', { service: 'test' }"): Promise<string> {
  const script = `import { errorRecord, openLog } from './shared/base/log.ts'; import { GoldsyncError } from './shared/base/errors.ts'; const log = openLog(${rest}); ${call}`
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

it('an expected error is its code and hint; a bug has its stack', async () => {
  const expected =
    "log.error(errorRecord(new GoldsyncError('UNAVAILABLE', 'hive is away', { hint: 'start it' })), 'x')"
  const [known = '', bug = ''] = (await logged(`${expected}; log.error(errorRecord(new Error('oops')), 'y')`))
    .trim()
    .split('\n')
  expect(JSON.parse(known)).toMatchObject({ code: 'UNAVAILABLE', hint: 'start it', retryable: true })
  expect(known).not.toContain('stack')
  expect(JSON.parse(bug)).toMatchObject({ code: 'INTERNAL', err: { message: 'oops' } })
  expect(bug).toContain('stack')
})

it('a record of a change is written at any level but silent, or into its file, or nowhere', async () => {
  const change = "log.info('told'); log.audit({ table: 'golden.orders' }, 'add 1 partition')"
  const audited = expect.stringMatching(/^\{[^\n]*"audit":true[^\n]*"table":"golden.orders"[^\n]*\}\n$/)
  expect(await logged(change, "'error'")).toEqual(audited)
  expect(await logged(change, "'silent'")).toBe('')
  expect(await logged(change, "'error', {}, 'off'")).toBe('')
  const file = join(await mkdtemp(join(tmpdir(), 'goldsync-log-')), 'new/audit.jsonl')
  for (const _ of [1, 2]) expect(await logged(change, `'silent', {}, { file: '${file}' }`)).toBe('')
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(`${line}\n`).toEqual(audited)
})

it('a file for them that cannot be opened is an error that names it', async () => {
  const told =
    "try { openLog('silent', {}, { file: '/dev/null/audit' }) } catch (error) { console.error(error.code, error.message) }"
  expect(await logged(told)).toMatch(/^CONFIG_INVALID log\.audit: .*\/dev\/null\/audit/)
})
