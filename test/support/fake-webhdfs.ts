/** Answers of WebHDFS, byte for byte as a Hadoop 3.4 gives them, for a fake server. */
import type { ServerResponse } from 'node:http'
import type { Handler } from './fake-server.ts'

export interface FakeEntry {
  readonly pathSuffix: string
  readonly type?: 'FILE' | 'DIRECTORY'
  readonly length?: number
}

export const json = (status: number, body: unknown): Handler =>
  text(status, JSON.stringify(body), 'application/json')

export const text =
  (status: number, body: string, type = 'text/html'): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body)
  }

export const remoteException = (status: number, exception: string, message = ''): Handler =>
  json(status, { RemoteException: { exception, javaClassName: `org.apache.hadoop.${exception}`, message } })

export const standby = remoteException(
  403,
  'StandbyException',
  'Operation category READ is not supported in state standby. Visit https://s.apache.org/sbnn-error',
)

export const page = (entries: readonly FakeEntry[], remainingEntries = 0): Handler =>
  json(200, {
    DirectoryListing: {
      partialListing: { FileStatuses: { FileStatus: entries.map(status) } },
      remainingEntries,
    },
  })

export const whole = (entries: readonly FakeEntry[]): Handler =>
  json(200, { FileStatuses: { FileStatus: entries.map(status) } })

export const found = json(200, { FileStatus: status({ pathSuffix: '', type: 'DIRECTORY' }) })

/** The DataNode's part of a read is answered by the same server. */
export const redirectTo =
  (origin: () => string): Handler =>
  (url, response) => {
    const location = `${origin()}/webhdfs/v1${url.pathname.replace('/webhdfs/v1', '')}${url.search}&datanode=true`
    response.writeHead(307, { location, 'content-length': '0' }).end()
  }

export const isDataNode = (url: URL): boolean => url.searchParams.has('datanode')

/** Never answers. */
export const hang: Handler = () => {}

/** Promises more bytes than it sends. */
export const cut =
  (bytes: string, promised: number): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': String(promised) })
    response.write(bytes, () => response.destroy())
  }

/** The first handler for the first request, and so on; the last for all that follow. */
export const oneByOne =
  (...handlers: readonly [Handler, ...Handler[]]): Handler =>
  (url, response: ServerResponse, nth) =>
    handlers[Math.min(nth, handlers.length) - 1]?.(url, response, nth)

function status({ pathSuffix, type = 'FILE', length = 0 }: FakeEntry) {
  return {
    accessTime: 0,
    fileId: 1,
    group: 'g',
    length,
    modificationTime: 1,
    owner: 'o',
    pathSuffix,
    permission: '755',
    type,
  }
}
