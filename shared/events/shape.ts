/** A message's object against its format's schema. */
import type { z } from 'zod'
import { RequestProblem } from '../base/problem.ts'
import type { Json } from './event.ts'

/** @param format what the sender meant, for the message @throws RequestProblem 422 */
export function shape<T>(schema: z.ZodType<T>, value: Json, format: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.slice(0, 5).map(issue => `${issue.path.join('.')}: ${issue.message}`)
  throw new RequestProblem(422, `${format}: ${problems.join('; ')}`)
}
