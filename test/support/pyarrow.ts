/** Parquet files by pyarrow: another writer than goldsync. Needs the stack's Python. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stack } from './stack.ts'

const SCRIPT = fileURLToPath(new URL('write_parquet.py', import.meta.url))

/** An alias of pyarrow's, `decimal(9,2)`, `timestamp[us, UTC]`, `fixed(4)`, `json`, or a nested type. Values are JSON; maps are objects. */
export type ArrowType =
  | string
  | { readonly list: ArrowType }
  | { readonly map: readonly [ArrowType, ArrowType] }
  | { readonly struct: Readonly<Record<string, ArrowType>> }
  /** A column without nulls. */
  | { readonly required: ArrowType }

export interface ParquetSpec {
  /** Local path; folders are made. */
  readonly file: string
  /** Name, type, values. */
  readonly columns: readonly (readonly [name: string, type: ArrowType, values: readonly unknown[]])[]
  /** Arguments of pyarrow.parquet.write_table. */
  readonly options?: Readonly<Record<string, boolean | string | number | Readonly<Record<string, object>>>>
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
