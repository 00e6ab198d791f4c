/** A request's body, complete and within bounds. */
import type { IncomingMessage } from 'node:http'
import { RequestProblem } from '../../base/problem.ts'
import { parseJson } from '../../events/text.ts'
import type { Held } from './held.ts'

/** Bytes: Knative's brokers carry about 1 MB at most. */
const MAX_BODY = 1_048_576

/**
 * @param held takes account of what is read
 * @throws RequestProblem 413 as soon as the body is known to be too big, 503 where all bodies together are, 400 where its sender gave up
 */
export async function readBody(request: IncomingMessage, held: Held, max = MAX_BODY): Promise<Buffer> {
  const told = Number(request.headers['content-length'] ?? 0)
  if (told > max) throw tooBig(max)
  held.expect(told)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of whole(request)) {
    size += chunk.length
    if (size > max) throw tooBig(max)
    held.add(chunk.length)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

async function* whole(request: IncomingMessage): AsyncIterable<Buffer> {
  try {
    yield* request as AsyncIterable<Buffer>
  } catch (error) {
    throw new RequestProblem(400, 'the connection ended before the body did', error)
  }
}

const tooBig = (max: number): RequestProblem =>
  new RequestProblem(413, `the body is larger than ${max} bytes`)

/** The body as JSON; an empty body is no parameters. @throws RequestProblem 400 */
export const readJson = (body: Buffer): unknown => (body.length === 0 ? {} : parseJson(body.toString('utf8')))
