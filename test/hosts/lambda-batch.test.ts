import { expect, it, vi } from 'vitest'
import { parseEvent } from '../../shared/events/parse.ts'
import type { Outcome } from '../../shared/function/outcome.ts'
import { workOff } from '../../shared/hosts/lambda/batch.ts'
import type { Call } from '../../shared/hosts/lambda/request.ts'
import type { FileOutcome, FilesReport } from '../../shared/run/report.ts'

const message = (messageId: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receives: 3,
})

/** A host in which files whose name says so fail; tables called `away` cannot be reached. */
function host() {
  const calls: Call[] = []
  const warn = vi.fn<(record: object, message: string) => void>()
  const invoke = async (call: Call): Promise<Outcome> => {
    calls.push(call)
    if (call.function === 'file-closed') return closed(call.params)
    const { table } = call.params as { table?: string }
    const error = { code: 'UNAVAILABLE', message: `${table} is away`, retryable: true } as const
    return table === 'away' ? { status: 'unavailable', error } : { status: 'ok', report: report([]) }
  }
  const run = async (...messages: ReturnType<typeof message>[]) =>
    (await workOff(messages, invoke, { warn })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  return { run, calls, warn }
}

function closed(params: unknown): Outcome {
  const locations = parseEvent(params).files.flatMap(({ location, alternative }) => [
    location,
    ...(alternative ? [alternative] : []),
  ])
  const outcomes = locations.map((path): FileOutcome => {
    if (path.includes('away'))
      return { location: path, outcome: 'failed', code: 'UNAVAILABLE', message: 'away' }
    if (path.includes('elsewhere'))
      return { location: path, outcome: 'failed', code: 'OUTSIDE_LAKE', message: 'no lake' }
    return { location: path, outcome: 'registered' }
  })
  const error = { code: 'UNAVAILABLE', message: 'some failed', retryable: true } as const
  const failed = outcomes.some(({ outcome }) => outcome === 'failed')
  return failed
    ? { status: 'unavailable', error, report: report(outcomes) }
    : { status: 'ok', report: report(outcomes) }
}

const report = (files: readonly FileOutcome[]): FilesReport => ({
  runId: 'r',
  startedAt: '',
  ms: 0,
  dryRun: false,
  partial: false,
  tables: [],
  diagnostics: [],
  failures: [],
  files,
})

const file = (name: string) => ({ path: `s3://golden/orders/${name}.parquet` })

const s3 = (name: string) => ({
  eventName: 'ObjectCreated:Put',
  s3: { bucket: { name: 'golden' }, object: { key: `orders/${name}.parquet`, size: 1e20 + 0.5 } },
})

const inEnvelopes = (count: number, value: unknown): unknown =>
  count === 0 ? value : { messages: [{ value: inEnvelopes(count - 1, value) }] }

it('takes each message by its own files, also where both spellings of one are there', async () => {
  const { run } = host()
  expect(await run(message('a', s3('x+1')), message('b', file('away')), message('c', file('2')))).toEqual([
    'b',
  ])
  expect(await run(message('a', s3('x+away')), message('b', file('2')))).toEqual(['a'])
})

it('does the files of all messages in one run', async () => {
  const { run, calls } = host()
  expect(await run(message('a', file('1')), message('b', { files: [file('2'), file('3')] }))).toEqual([])
  expect(calls).toEqual([{ function: 'file-closed', params: [file('1'), { files: [file('2'), file('3')] }] }])
})

it('one poison message of ten comes back alone, with its reason in the log', async () => {
  const { run, warn } = host()
  const good = Array.from({ length: 9 }, (_, at) => message(`m-${at}`, file(String(at))))
  const poison = message('poison', 'password=hunter2 {')
  expect(await run(...good.slice(0, 4), poison, ...good.slice(4))).toEqual(['poison'])
  expect(warn.mock.calls).toEqual([
    [
      expect.objectContaining({
        messageId: 'poison',
        receives: 3,
        code: 'REQUEST_INVALID',
        retryable: false,
      }),
      expect.stringMatching(/^message poison goes back to its queue: not JSON/),
    ],
  ])
  expect(JSON.stringify(warn.mock.calls)).not.toContain('hunter2')
})

it.each([
  ['a file that failed', { files: [file('1'), file('away')] }],
  ['nothing but files outside the lakes', { files: [file('elsewhere-1'), file('elsewhere-2')] }],
  ['nothing but paths that cannot be taken', { path: 'relative/path' }],
  ['no known shape', { hello: 'world' }],
  ['a size and a time that nothing has', { ...s3('away'), eventTime: '1066-10-14T00:00:00Z' }],
  ['one envelope too many for a list', inEnvelopes(4, file('1'))],
  ['no function of ours', { function: 'drop' }],
  ['a question that nobody would hear the answer of', { function: 'status' }],
  ['a table that cannot be reached', { function: 'sync', table: 'away' }],
])('a message of %s fails alone', async (_, body) => {
  const { run } = host()
  expect(await run(message('a', file('1')), message('b', body), message('c', file('2')))).toEqual(['b'])
})

it.each([
  ['a file outside the lakes beside one that is taken', { files: [file('elsewhere'), file('1')] }],
  [
    'a deletion',
    {
      source: 'aws.s3',
      'detail-type': 'Object Deleted',
      detail: { bucket: { name: 'b' }, object: { key: 'k' } },
    },
  ],
  ["S3's test", { Event: 's3:TestEvent' }],
  ['a size and a time that nothing has, of a good file', { ...s3('1'), eventTime: '1066-10-14T00:00:00Z' }],
  ['many envelopes', inEnvelopes(3, file('1'))],
  ['a scan', { function: 'scan', mode: 'recent' }],
])('a message of %s is done', async (_, body) => {
  const { run } = host()
  expect(await run(message('a', body))).toEqual([])
})

it('without a file to look at runs nothing', async () => {
  const { run, calls } = host()
  expect(await run(message('a', { Event: 's3:TestEvent' }), message('b', 'x'))).toEqual(['b'])
  expect(calls).toEqual([])
})

it('equal requests are done once, and all of them come back when that fails', async () => {
  const { run, calls } = host()
  const sync = { function: 'sync', table: 'away' }
  const other = { function: 'sync', table: 'orders' }
  expect(await run(message('a', sync), message('b', other), message('c', sync))).toEqual(['a', 'c'])
  expect(calls).toEqual([
    { id: 'a', function: 'sync', params: { table: 'away' } },
    { id: 'b', function: 'sync', params: { table: 'orders' } },
  ])
})

it('a run that came to no report fails the messages whose files it had, and no other', async () => {
  const error = { code: 'CONFIG_INVALID', message: 'no catalog', retryable: false } as const
  const answer = await workOff(
    [message('a', file('1')), message('b', { Event: 's3:TestEvent' }), message('c', file('2'))],
    async () => ({ status: 'invalid', error }),
    { warn: () => undefined },
  )
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }] })
})

it('more files than one run takes are done in several', async () => {
  const { run, calls } = host()
  const many = (from: number) => ({ files: Array.from({ length: 6_000 }, (_, at) => file(`${from}-${at}`)) })
  expect(await run(message('a', many(0)), message('b', many(1)), message('c', file('away')))).toEqual(['c'])
  expect(calls.map(({ params }) => parseEvent(params).files.length)).toEqual([6_000, 6_001])
})
