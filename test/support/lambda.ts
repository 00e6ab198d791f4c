/**
 * AWS Lambda, played: the built zip unpacked, in a process that takes its events from the Runtime API, which is served here. The process is
 * that of lambda-runner.mjs, or AWS's own runtime interface client.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** What became of an event. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } }

export interface Lambda {
  /** @param left milliseconds that the function has */
  invoke(event: unknown, left?: number): Promise<Answer>
  /** What the process has printed. */
  log(): string
  stop(): Promise<void>
}

/** @param folder that holds goldsync-lambda.zip @param client what runs the handler */
export async function startLambda(
  folder: string,
  env: Readonly<Record<string, string>>,
  client: readonly [command: string, ...args: string[]] = [
    process.execPath,
    resolve('test/support/lambda-runner.mjs'),
  ],
): Promise<Lambda> {
  const root = await mkdtemp(join(tmpdir(), 'goldsync-lambda-'))
  execFileSync('unzip', ['-q', join(folder, 'goldsync-lambda.zip'), '-d', root])
  const api = await openRuntimeApi()
  const [command, ...args] = client
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...PLATFORM,
      PATH: process.env.PATH ?? '',
      ...env,
      AWS_LAMBDA_RUNTIME_API: api.host,
      LAMBDA_TASK_ROOT: root,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the runtime ended with ${code}: ${printed}`)
  })
  ended.catch(() => undefined)
  return {
    invoke: (event, left = 60_000) => Promise.race([api.invoke(event, left), ended]),
    log: () => printed,
    stop: async () => {
      child.kill('SIGKILL')
      await ended.catch(() => undefined)
      await api.close()
      await rm(root, { recursive: true })
    },
  }
}

/** What Lambda sets of the variables that its clients ask for. */
const PLATFORM = {
  _HANDLER: 'index.handler',
  AWS_LAMBDA_FUNCTION_NAME: 'goldsync',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/goldsync',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/20/[$LATEST]0',
}

interface Waiting {
  readonly id: string
  readonly event: unknown
  readonly left: number
  readonly answered: (answer: Answer) => void
}

async function openRuntimeApi() {
  const waiting: Waiting[] = []
  const open = new Map<string, Waiting>()
  let poll: ServerResponse | undefined
  let count = 0
  const hand = () => {
    const next = poll && waiting.shift()
    if (!next) return
    open.set(next.id, next)
    poll?.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + next.left),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:goldsync',
      'lambda-runtime-trace-id': `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e${100 + count};Parent=9a9197af755a6419;Sampled=1`,
    })
    poll?.end(JSON.stringify(next.event))
    poll = undefined
  }
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/invocation/', '')
    if (path === 'next') {
      poll = response
      return hand()
    }
    const body = JSON.parse(await textOf(request)) as unknown
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
    const [id = '', kind] = path.split('/')
    open.get(id)?.answered(kind === 'error' ? { error: body as never } : { result: body })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event: unknown, left: number) =>
      new Promise<Answer>(answered => {
        count += 1
        waiting.push({ id: `8476a536-e9f4-11e8-9739-2dfe598c3f${count + 10}`, event, left, answered })
        hand()
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
