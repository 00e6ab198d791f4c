/**
 * What a server of the matrix cannot do, as its entry in test/stack/matrix states it. A suite then expects that it is refused, with a
 * clear word, and the page shows that word in place of a success.
 */
import { TestRunner } from 'vitest'

export type Limit =
  | 'nested-types'
  | 'catalogs'
  | 'other-scripts'
  | 'empty-names'
  | 'control-characters'
  | 'backslashes'
  | 'newer-files'

declare module 'vitest' {
  interface TaskMeta {
    /** What the test has seen refused. */
    limit?: { readonly name: Limit; readonly word: string }
  }
}

const stated = new Set((process.env.SERVER_LIMITS ?? '').split(','))

export const isLimited = (limit: Limit): boolean => stated.has(limit)

/** Said by the current test, for the page. @param word goldsync's, or the server's */
export function noteLimit(name: Limit, word: string): void {
  const test = TestRunner.getCurrentTest()
  if (test) test.meta.limit = { name, word }
}
