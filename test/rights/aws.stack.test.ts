/**
 * The policies of docs/storages/s3.md and docs/catalogs/glue.md, as they stand, put to a moto that enforces them: with all of it goldsync
 * works, with one action less it does not. Moto judges Glue's actions without their resources, so those are shown for S3 alone.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { isRun } from '../../shared/function/outcome.ts'
import { findingsOf } from '../../shared/run/report.ts'
import { describeStack, stack } from '../support/stack.ts'
import { eventually } from '../support/waiting.ts'

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

/** The first policy of a page. */
function policyOf(page: string): readonly Statement[] {
  const [, text = ''] = /```json\n(\{\n {2}"Version".*?)```/s.exec(readFileSync(page, 'utf8')) ?? []
  return (JSON.parse(text) as { Statement: Statement[] }).Statement
}

const READS = policyOf('docs/storages/s3.md')
const WRITES = policyOf('docs/catalogs/glue.md')
const actionsOf = (statements: readonly Statement[]): string[] => statements.flatMap(({ Action }) => Action)
const without = (statements: readonly Statement[], action: string): Statement[] =>
  statements
    .map(one => ({ ...one, Action: [one.Action].flat().filter(each => each !== action) }))
    .filter(({ Action }) => Action.length > 0)
/** As moto asks. */
const anywhere = (statements: readonly Statement[]): Statement[] =>
  statements.map(one => ({ ...one, Resource: '*' }))

const ALL = [...READS, ...anywhere(WRITES)]
const ACTIONS = [...actionsOf(READS), ...actionsOf(WRITES)]

describeStack(['glue'], 'the least rights on AWS', () => {
  let endpoint: string
  const children: { kill(signal: 'SIGKILL'): unknown }[] = []
  const users = new Map<string, { accessKeyId: string; secretAccessKey: string }>()
  const config = {
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  } as const
  const admin = () => ({ ...config, endpoint, credentials: users.get('admin')! })

  beforeAll(async () => {
    // Moto takes a free port, and tells which.
    const moto = spawn(stack.python, ['-u', '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(moto)
    let told = ''
    for (const stream of [moto.stdout, moto.stderr])
      stream.on('data', chunk => {
        // Each request is a line, too.
        if (told.length < 10_000) told += chunk
      })
    endpoint = await eventually(() => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+(?=\s)/.exec(told) ?? []
      if (address === undefined) throw new Error(`moto tells no address: ${told}`)
      return address
    })
    await eventually(async () => expect((await fetch(`${endpoint}/moto-api/`)).ok).toBe(true), 250)
    await addUser('admin', [{ Action: '*', Resource: '*' }])
    await addUser('all', ALL)
    for (const action of ACTIONS) await addUser(action, without(ALL, action))
    await addUser('elsewhere', [
      ...(JSON.parse(JSON.stringify(READS).replaceAll('datalake/golden', 'datalake/other')) as Statement[]),
      ...anywhere(WRITES),
    ])
    await new S3Client(admin()).send(new CreateBucketCommand({ Bucket: 'datalake' }))
    const glue = new GlueClient(admin())
    for (const user of users.keys())
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: nameOf(user) } }))
    for (const user of users.keys()) await put(user, '06', 'v1')
    expect((await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' })).ok).toBe(true)
  })
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL')
  })

  const nameOf = (user: string): string => user.toLowerCase().replaceAll(':', '_')

  const put = async (user: string, hour: string, version: string): Promise<void> =>
    void (await new S3Client(admin()).send(
      new PutObjectCommand({
        Bucket: 'datalake',
        Key: `golden/${nameOf(user)}/orders/2026/11/20/${hour}/${version}.parquet`,
        Body: readFileSync(`test/fixtures/orders/${version}.parquet`),
      }),
    ))

  /** Of IAM's own protocol: there is no client of it here. */
  async function iam(params: Record<string, string>): Promise<string> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: new URLSearchParams({ Version: '2010-05-08', ...params }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }

  async function addUser(user: string, statements: readonly object[]): Promise<void> {
    const UserName = nameOf(user)
    await iam({ Action: 'CreateUser', UserName })
    const Statement = statements.map(one => ({ Effect: 'Allow', ...one }))
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam({ Action: 'PutUserPolicy', UserName, PolicyName: 'goldsync', PolicyDocument })
    const key = await iam({ Action: 'CreateAccessKey', UserName })
    const of = (tag: string) => new RegExp(`<${tag}>(.*)</${tag}>`).exec(key)?.[1] ?? ''
    users.set(user, { accessKeyId: of('AccessKeyId'), secretAccessKey: of('SecretAccessKey') })
  }

  /** What a lake's life has: a new table, then files in a known hour, with new columns, and a new hour. @returns errors and findings */
  async function toldAs(user: string): Promise<readonly string[]> {
    const access = { endpoint, ...users.get(user)! }
    const lake = { location: `s3://datalake/golden/${nameOf(user)}`, storage: access, database: nameOf(user) }
    const config = configOf(
      { lakes: [lake], catalogs: { glue: { kind: 'glue', ...access, attempts: 1 } } },
      'the test',
      {},
    )
    const told: string[] = []
    const run = async () => {
      const connection = connect(config)
      const outcome = await scan.invoke(
        { id: 'test', params: { mode: 'full' } },
        { lakes: connection.lakes, log: openLog('silent') },
      )
      await connection.close()
      if ('error' in outcome) told.push(`${outcome.error.code}: ${outcome.error.message}`)
      if ('report' in outcome && isRun(outcome.report))
        told.push(
          ...findingsOf(outcome.report)
            .filter(isProblem)
            .map(({ code, message }) => `${code}: ${message}`),
        )
    }
    await run()
    await put(user, '06', 'v2')
    await put(user, '07', 'v2')
    await run()
    return told
  }

  const isProblem = ({ severity }: { severity: string }) => severity !== 'info'

  it('suffice', async () => {
    expect(await toldAs('all')).toEqual([])
  })

  it.each(ACTIONS)('are not enough without %s', async action => {
    expect((await toldAs(action)).join('\n')).toMatch(DENIED)
  })

  it('are those of one folder of the bucket', async () => {
    expect((await toldAs('elsewhere')).join('\n')).toMatch(DENIED)
  })
})

const DENIED = /^PERMISSION_DENIED: |does not let these credentials|answered 403/m
