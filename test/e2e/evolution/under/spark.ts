/** Spark over the local files of what was laid: it needs no metastore. Only where `writers` were installed (test/stack). */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { hadoopJdk } from '../../../support/java.ts'
import { stack } from '../../../support/stack.ts'
import type { Laid } from './lay.ts'

const SCRIPT = fileURLToPath(new URL('spark_sql.py', import.meta.url))

export interface Spark {
  rows(sql: string): Promise<(string | null)[][]>
  close(): void
}

type Answer = { readonly rows: (string | null)[][] } | { readonly error: string }

/** One statement after the other. */
export function openSpark({ views }: Laid): Spark {
  const python = spawn(stack.python, ['-B', SCRIPT], {
    env: { ...process.env, JAVA_HOME: hadoopJdk(), TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // Not an answer to be recorded.
  python.once('exit', code => {
    if (code !== 0) process.exit(1)
  })
  python.stdin.write(`${JSON.stringify(views)}\n`)
  const lines = createInterface(python.stdout)[Symbol.asyncIterator]()
  return {
    rows: async sql => {
      python.stdin.write(`${JSON.stringify(sql)}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('Spark has ended')
      const answer = JSON.parse(value) as Answer
      if ('error' in answer) throw new Error(answer.error)
      return answer.rows
    },
    close: () => python.stdin.end(),
  }
}
