/** News of a run as CloudEvents. Pure. */
import type { HttpRequest } from '../base/http-request.ts'
import type { TraceContext } from '../base/tracing.ts'
import type { News } from '../run/news.ts'
import { cloudEvent, type Sink } from './emit.ts'

/**
 * `io.goldsync.table.changed`, `io.goldsync.partitions.added`, `io.goldsync.partition.held`, `io.goldsync.partition.unreadable`.
 * @param id of the event; the same when it is sent again
 * @param time ISO 8601
 */
export function newsEvent(
  { kind, ...data }: News,
  id: string,
  time: string,
  sink: Sink,
  trace?: TraceContext,
): HttpRequest {
  const { catalog, table } = data
  const event = {
    id,
    source: `/goldsync/${catalog}`,
    type: `io.goldsync.${kind}`,
    subject: table,
    time,
    partitionkey: table,
  }
  return cloudEvent(event, data, sink, trace)
}
