/** Parquet files by pyarrow: another writer than goldsync. Needs the stack's Python. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stack } from './stack.ts'

const SCRIPT = fileURLToPath(new URL('write_parquet.py', import.meta.url))

export interface ParquetSpec {
  /** Local path; folders are made. */
  readonly file: string
  /** Name, pyarrow type alias, values. */
  readonly columns: readonly (readonly [name: string, type: string, values: readonly unknown[]])[]
}

/** Writes local Parquet files with pyarrow. */
export async function writeParquet(files: readonly ParquetSpec[]): Promise<void> {
  const python = spawn(stack.python, [SCRIPT], { stdio: ['pipe', 'inherit', 'pipe'] })
  let errors = ''
  python.stderr.on('data', chunk => {
    errors += chunk
  })
  python.stdin.end(JSON.stringify(files))
  const code = await new Promise(resolve => python.once('close', resolve))
  if (code !== 0) throw new Error(`pyarrow failed: ${errors}`)
}
