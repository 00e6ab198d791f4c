/** What pyarrow reads in the stack's S3 (moto): another reader than goldsync. Needs the stack's Python. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { s3Storage } from './s3.ts'
import { stack } from './stack.ts'

const SCRIPT = fileURLToPath(new URL('read_s3.py', import.meta.url))

/** The rows of all the Parquet files in these folders. @param locations `s3://bucket/folder` */
export async function rowsInS3(
  locations: readonly string[],
  columns: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  const { endpoint, ...keys } = s3Storage
  const python = spawn(stack.python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
  python.stdin.end(JSON.stringify({ ...keys, endpoint: new URL(endpoint).host, columns, locations }))
  const [rows, [code]] = await Promise.all([text(python.stdout), once(python, 'close')])
  if (code !== 0) throw new Error(`pyarrow could not read ${locations.join(', ')}`)
  return JSON.parse(rows)
}
