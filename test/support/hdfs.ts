/**
 * Writes to the stack's HDFS as its superuser, for tests only: goldsync itself never writes to a lake. Built on the npm
 * package `webhdfs`, so that what goldsync's own client reads was written by another.
 */
import webhdfs, { type Done, type RemoteStatus } from 'webhdfs'
import { stack } from './stack.ts'

const { hostname, port, pathname } = new URL(stack.hdfs.webhdfs)
const client = webhdfs.createClient(
  { host: hostname, port, path: pathname, user: stack.hdfs.superuser },
  { timeout: 240_000 },
)

/** The `storage` block of a lake on it. */
export const hdfsStorage = {
  namenodes: stack.hdfs.namenodes,
  user: stack.hdfs.superuser,
}

/** Paths are absolute and plain (`/golden/orders/a b`); what is missing above them is made. */
export const hdfs = {
  /** The location that goldsync and the catalogs know this path by. */
  location: (path: string): string => `${stack.hdfs.uri}${path}`,

  /** Writes a file, or replaces it. */
  put: (path: string, bytes: Uint8Array): Promise<void> =>
    settle(done => client.writeFile(encoded(path), Buffer.from(bytes), done)),

  mkdir: (path: string, mode = '0755'): Promise<void> =>
    settle(done => client.mkdir(encoded(path), mode, done)),

  chmod: (path: string, mode: string): Promise<void> =>
    settle(done => client.chmod(encoded(path), mode, done)),

  /** Renames a file or folder. HDFS answers a refused rename with 200 and `false`, which the package drops: so it is checked. */
  rename: async (from: string, to: string): Promise<void> => {
    await settle(done => client.rename(encoded(from), to, done))
    const left = await hdfs.stat(from).catch(() => undefined)
    if (left) throw new Error(`HDFS refused to rename ${from} to ${to}`)
  },

  /** Deletes a file, or a folder with all that is in it; nothing happens where there is none. */
  rm: (path: string): Promise<void> => settle(done => client.unlink(encoded(path), true, done)),

  list: (path: string): Promise<readonly RemoteStatus[]> =>
    settle(done => client.readdir(encoded(path), done)),

  stat: (path: string): Promise<RemoteStatus> => settle(done => client.stat(encoded(path), done)),
} as const

// The package sends paths as they are given, and the NameNode decodes them (docs/decisions/0001-own-webhdfs-client.md).
const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const settle = <T>(start: (done: Done<T>) => unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)))
  })
