/** deploy/lambda/template.yaml: what no tool of AWS can know of it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configOf } from '../../shared/config/config.ts'
import { requestOf } from '../../shared/hosts/lambda/request.ts'
import { loadFunction } from '../../shared/hosts/registry.ts'

interface Resource {
  readonly Type: string
  // Of any kind: the template is AWS's to define.
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly Properties: any
}

/** Without what its short forms stand for: `!Sub text` is the text, `!If [a, b, c]` the list. */
const template = parse(readFileSync('deploy/lambda/template.yaml', 'utf8'), { logLevel: 'silent' }) as {
  Resources: Record<string, Resource>
}
const { Goldsync, Files, Syncs, WorkOffSyncs, DeadLetters } = Object.fromEntries(
  Object.entries(template.Resources).map(([name, { Properties }]) => [name, Properties]),
)

/** The actions of a page's first policy. */
function actionsOf(page: string): string[] {
  const [, text = ''] = /```json\n(\{\n {2}"Version".*?)```/s.exec(readFileSync(page, 'utf8')) ?? []
  return (JSON.parse(text) as { Statement: { Action: string | string[] }[] }).Statement.flatMap(
    ({ Action }) => Action,
  )
}

describe('the Lambda template', () => {
  it('runs what the build makes', () => {
    expect(Goldsync).toMatchObject({
      CodeUri: '../../dist/lambda/goldsync-lambda.zip',
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
    })
  })

  it('gives the rights that the pages of S3 and Glue name, and no other', () => {
    const given = Goldsync.Policies[0].Statement as (string | { Action: string | string[] })[]
    const always = given.flatMap(one => (typeof one === 'object' && 'Action' in one ? one.Action : []))
    expect(always).toEqual([...actionsOf('docs/storages/s3.md'), ...actionsOf('docs/catalogs/glue.md')])
  })

  it('has a config of its parameters that can be read', () => {
    const [, , byDefault] = Goldsync.Environment.Variables.GOLDSYNC_CONFIG as string[]
    const text = (byDefault ?? '')
      .replaceAll(/\$\{(Bucket|Database)\}/g, 'golden')
      .replaceAll('${Prefix}', 'golden')
    expect(configOf(JSON.parse(text), 'the template', {})).toMatchObject({
      lakes: [{ location: 's3://golden/golden', database: 'golden', catalogs: ['glue'] }],
    })
  })

  it('gets failed messages back, and out of the way after some times', () => {
    expect(Goldsync.Events.Files.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    expect(WorkOffSyncs.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    expect(Syncs.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Goldsync.Timeout)
    expect(Files.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Goldsync.Timeout)
    expect(Files.RedrivePolicy).toMatchObject({ deadLetterTargetArn: 'DeadLetters.Arn' })
    expect(DeadLetters.MessageRetentionPeriod).toBeGreaterThan(Files.MessageRetentionPeriod)
    expect(Goldsync.EventInvokeConfig.DestinationConfig.OnFailure.Destination).toBe('DeadLetters.Arn')
  })

  it.each(['Recent', 'Full'])('schedules a scan that there is: %s', async name => {
    const request = requestOf(JSON.parse(Goldsync.Events[name].Properties.Input as string))
    if ('messages' in request) throw new Error('no message')
    expect(request).toEqual({ function: 'scan', params: { mode: name.toLowerCase() } })
    const scan = await loadFunction('scan')
    const lakes = async () => []
    const log = { debug() {}, info() {}, warn() {}, error() {}, audit() {} }
    expect(await scan.invoke({ id: '1', params: request.params }, { lakes, log })).toMatchObject({
      status: 'ok',
    })
  })
})
