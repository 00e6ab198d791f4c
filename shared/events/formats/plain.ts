/** Our own format, the data of CloudEvents too: `{"path": "hdfs://…", "size": 4321}` or `{"files": ["hdfs://…", {"path": …}]}`, with `"wait": true` where the answer shall wait for the engines. */
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
    return entries.map(entry => waiting(wait, entry))
  }
  if (!('path' in value)) return undefined
  const { wait, ...entry } = shape(one, value, 'a closed file')
  return [waiting(wait, entry)]
}

function waiting(wait: boolean, entry: string | z.output<typeof file>): Notice {
  const notice = typeof entry === 'string' ? closedFile(entry) : closedFile(entry.path, entry)
  return wait && notice.kind === 'closed' ? { ...notice, wait } : notice
}
