/** The npm package `webhdfs` has no types; these are the calls that tests use. */
declare module 'webhdfs' {
  export type Done<T = void> = (error: Error | null | undefined, value: T) => void

  export interface RemoteStatus {
    readonly pathSuffix: string
    readonly type: 'FILE' | 'DIRECTORY' | 'SYMLINK'
    readonly length: number
    readonly modificationTime: number
  }

  interface Client {
    writeFile(path: string, data: Buffer, done: Done): unknown
    mkdir(path: string, mode: string, done: Done): unknown
    rename(path: string, destination: string, done: Done): unknown
    unlink(path: string, recursive: boolean, done: Done): unknown
    chmod(path: string, mode: string, done: Done): unknown
    readdir(path: string, done: Done<readonly RemoteStatus[]>): unknown
    stat(path: string, done: Done<RemoteStatus>): unknown
  }

  interface Options {
    readonly host: string
    readonly port: string
    readonly path: string
    readonly user: string
  }

  const webhdfs: { createClient(options: Options, request: { readonly timeout: number }): Client }
  export default webhdfs
}
