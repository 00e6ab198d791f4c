/** What Spark reads of files of test/fixtures/types under the columns that goldsync maps. */
import { execFile, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Reading } from './engine-values.ts'
import { hadoopJdk } from './java.ts'
import { kindOf } from './kinds.ts'
import { stack } from './stack.ts'

const SCRIPT = fileURLToPath(new URL('spark_values.py', import.meta.url))
const fileOf = (kind: string): string =>
  fileURLToPath(new URL(`../fixtures/types/${kind}.parquet`, import.meta.url))

export async function sparkVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(stack.python, [
    '-c',
    'import pyspark; print(pyspark.__version__)',
  ])
  return stdout.trim()
}

/** By `kind.column`. Takes half a minute: one Spark reads all of them. */
export async function sparkReadings(kinds: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
  const specs = kinds.map(kind => ({ file: fileOf(kind), columns: kindOf(kind).columns }))
  const python = spawn(stack.python, ['-B', SCRIPT], {
    env: { ...process.env, JAVA_HOME: hadoopJdk(), TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  python.stdin.end(JSON.stringify(specs))
  const lines = (await text(python.stdout)).trim().split('\n')
  const kindOfFile = new Map(kinds.map(kind => [fileOf(kind), kind]))
  return new Map(
    lines.map(line => {
      const { file, column, ...reading } = JSON.parse(line) as { file: string; column: string } & Reading
      return [`${kindOfFile.get(file)}.${column}`, reading]
    }),
  )
}
