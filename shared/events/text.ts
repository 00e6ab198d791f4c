/** JSON that comes as text, or as text in base64. */
import { RequestProblem } from '../base/problem.ts'

/** @throws RequestProblem 400 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestProblem(400, `not JSON: ${(error as Error).message.slice(0, 200)}`, error)
  }
}

/** JSON of text or of its base64. @throws RequestProblem 400 */
export const parseEncoded = (text: string): unknown => parseJson(bytesOf(text).toString('utf8'))

/** The bytes of JSON text, plain or in base64: objects, lists and texts begin with a character that base64 has not. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, /^\s*[[{"]/.test(text) ? 'utf8' : 'base64')
