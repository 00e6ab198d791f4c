/** Our own format, the data of CloudEvents too: `{"path": "hdfs://…", "size": 4321}` or `{"files": ["hdfs://…", {"path": …}]}`. */
import * as z from 'zod'
import { closedFile } from '../closed-file.ts'
import type { Format } from '../event.ts'
import { shape } from '../shape.ts'

const file = z.object({
  path: z.string(),
  /** Bytes. */
  size: z.int().nonnegative().optional(),
  /** Epoch milliseconds. */
  modified: z.number().nonnegative().optional(),
})

const files = z.object({ files: z.array(z.union([z.string(), file], 'expected a path, or {"path": …}')) })

export const plain: Format = value => {
  if ('files' in value)
    return shape(files, value, 'files').files.map(entry =>
      typeof entry === 'string' ? closedFile(entry) : closedFile(entry.path, entry),
    )
  if (!('path' in value)) return undefined
  const one = shape(file, value, 'a closed file')
  return [closedFile(one.path, one)]
}
