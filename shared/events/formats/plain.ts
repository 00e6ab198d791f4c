/**
 * Our own format, the data of CloudEvents too: `{"path": "hdfs://…", "size": 4321}` or `{"files": ["hdfs://…", {"path": …}]}`, with
 * `"wait": true` where the answer shall wait for the engines. A path with a slash at its end is a folder's.
 */
import * as z from 'zod'
import { closedFile } from '../closed-file.ts'
import type { Format, Notice } from '../event.ts'
import { shape } from '../shape.ts'

const file = z.object({
  path: z.string(),
  /** Bytes. */
  size: z.int().nonnegative().optional(),
  /** Epoch milliseconds. */
  modified: z.number().nonnegative().optional(),
})

const wait = z.boolean().default(false)

const one = file.extend({ wait })

const files = z.object({
  files: z.array(z.union([z.string(), file], 'expected a path, or {"path": …}')),
  wait,
})

export const plain: Format = value => {
  if ('files' in value) {
    const { files: entries, wait } = shape(files, value, 'files')
    return entries.map(entry => waiting(wait, typeof entry === 'string' ? { path: entry } : entry))
  }
  if (!('path' in value)) return undefined
  const { wait, ...entry } = shape(one, value, 'a closed file')
  return [waiting(wait, entry)]
}

function waiting(wait: boolean, entry: z.output<typeof file>): Notice {
  const notice = read(entry)
  return wait && notice.kind === 'closed' ? { ...notice, wait } : notice
}

/** A path that ends in a slash is a folder's. */
const read = ({ path, ...facts }: z.output<typeof file>): Notice =>
  closedFile(path, { ...facts, folder: 'by slash' })
