/** The lake as HDFS lists it. */
import type { Servers } from './servers.ts'

export interface Entry {
  readonly name: string
  readonly folder: boolean
  readonly bytes: number
  /** Epoch ms; of a file HDFS sets it when the file is closed. */
  readonly modified: number
}

/** What a folder holds; nothing where there is none. */
export async function folder(servers: Servers, path: string): Promise<readonly Entry[]> {
  const response = await ask(servers, path, 'LISTSTATUS')
  if (response.status === 404) return []
  if (!response.ok) throw new Error(`LISTSTATUS ${path}: ${response.status}`)
  const { FileStatuses } = (await response.json()) as { FileStatuses: { FileStatus: readonly Status[] } }
  return FileStatuses.FileStatus.map(({ pathSuffix, type, length, modificationTime }) => ({
    name: pathSuffix,
    folder: type === 'DIRECTORY',
    bytes: length,
    modified: modificationTime,
  }))
}

interface Status {
  readonly pathSuffix: string
  readonly type: string
  readonly length: number
  readonly modificationTime: number
}

/** All files below a folder, by their path. */
export async function filesBelow(servers: Servers, path: string): Promise<Map<string, Entry>> {
  const found = new Map<string, Entry>()
  for (const entry of await folder(servers, path)) {
    const below = `${path}/${entry.name}`
    if (!entry.folder) found.set(below, entry)
    else for (const [each, file] of await filesBelow(servers, below)) found.set(each, file)
  }
  return found
}

/** An empty folder of Flink's user. */
export async function makeFolder(servers: Servers, path: string): Promise<void> {
  await ask(servers, path, 'DELETE', 'DELETE', '&recursive=true')
  await ask(servers, path, 'MKDIRS', 'PUT', '&permission=755')
  const response = await ask(servers, path, 'SETOWNER', 'PUT', '&owner=flink')
  if (!response.ok) throw new Error(`SETOWNER ${path}: ${response.status}`)
}

const ask = (servers: Servers, path: string, op: string, method = 'GET', more = ''): Promise<Response> =>
  fetch(`${servers.webhdfs}/webhdfs/v1${path}?op=${op}&user.name=hdfs${more}`, { method })
