/**
 * HDFS inotify events as NiFi's GetHDFSEvents writes them (Jackson over org.apache.hadoop.hdfs.inotify.Event):
 * `{"eventType": "CLOSE", "path": …}`, and for sinks that rename to commit `{"eventType": "RENAME", "dstPath": …}`.
 * Their paths have no scheme.
 */
import * as z from 'zod'
import { closedFile } from '../closed-file.ts'
import type { Format } from '../event.ts'
import { shape } from '../shape.ts'

const close = z.object({
  path: z.string(),
  /** Bytes; -1 where the NameNode does not know it. */
  fileSize: z.number().optional(),
  timestamp: z.number().nonnegative().optional(),
})

// A rename keeps the file's modification time, so the event's own time says nothing of the file. It may be of a folder.
const rename = z.object({ dstPath: z.string() })

export const inotify: Format = value => {
  switch (value.eventType) {
    case 'CLOSE': {
      const { path, fileSize = -1, timestamp } = shape(close, value, 'an inotify CLOSE')
      return [closedFile(path, { size: fileSize < 0 ? undefined : fileSize, modified: timestamp })]
    }
    case 'RENAME':
      return [closedFile(shape(rename, value, 'an inotify RENAME').dstPath, { folder: 'any' })]
    case 'CREATE':
    case 'APPEND':
    case 'METADATA':
    case 'TRUNCATE':
    case 'UNLINK':
      return [{ kind: 'ignored', reason: `inotify ${value.eventType}` }]
    default:
      return undefined
  }
}
