/** JSON that comes as text, or as text in base64. */
import { RequestProblem } from '../problem.ts'

/** @throws RequestProblem 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestProblem(400, `not JSON: ${(error as Error).message.slice(0, 200)}`, error)
  }
}

/**
 * JSON of text that may be base64: no JSON but a number or literal begins as base64 does, and no event is one.
 * @throws RequestProblem 400
 */
export const parseEncoded = (text: string): unknown => parseJson(decodeText(text))

/** Text that may be base64, decoded. */
export const decodeText = (text: string): string =>
  /^\s*[[{"]/.test(text) ? text : Buffer.from(text, 'base64').toString('utf8')
