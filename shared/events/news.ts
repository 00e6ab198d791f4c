/** News of a run as CloudEvents. Pure. */
import type { News } from '../news.ts'
import { attributes, type HttpRequest, type Sink } from './emit.ts'

/**
 * A CloudEvent in binary mode: `io.goldsync.table.changed`, `io.goldsync.partitions.added`, `io.goldsync.partition.held`.
 * @param id of the event; the same when it is sent again
 * @param time ISO 8601
 */
export function newsEvent(
  { kind, ...data }: News,
  id: string,
  time: string,
  { url, extensions }: Sink,
): HttpRequest {
  return {
    url,
    headers: {
      'content-type': 'application/json',
      ...attributes({
        ...extensions,
        specversion: '1.0',
        id,
        source: `/goldsync/${data.catalog}`,
        type: `io.goldsync.${kind}`,
        subject: data.table,
        time,
        partitionkey: data.table,
      }),
    },
    body: JSON.stringify(data),
  }
}
