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

/** What Spark is to read. */
export interface SparkSpec {
  /** A file, or a folder of files; absolute. */
  readonly file: string
  /** The table's: types are Hive's. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** A condition in Spark's SQL; all rows without it. */
  readonly where?: string
}

/** By `kind.column`. Takes half a minute: one Spark reads all of them. */
export async function sparkReadings(kinds: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
  const found = await readBySpark(kinds.map(kind => ({ file: fileOf(kind), columns: kindOf(kind).columns })))
  return new Map(
    kinds.flatMap((kind, at) => [...found[at]!].map(([name, reading]) => [`${kind}.${name}`, reading])),
  )
}

/** For each spec its readings by column; one Spark reads all of them. */
export async function readBySpark(
  specs: readonly SparkSpec[],
): Promise<readonly ReadonlyMap<string, Reading>[]> {
  const python = spawn(stack.python, ['-B', SCRIPT], {
    env: { ...process.env, JAVA_HOME: hadoopJdk(), TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  python.stdin.end(JSON.stringify(specs))
  const found = specs.map(() => new Map<string, Reading>())
  for (const line of (await text(python.stdout)).trim().split('\n')) {
    const { spec, column, ...reading } = JSON.parse(line) as { spec: number; column: string } & Reading
    found[spec]!.set(column, reading)
  }
  return found
}
