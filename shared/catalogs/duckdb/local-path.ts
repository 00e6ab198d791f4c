/** Paths as DuckDB opens them. */
import { GoldsyncError } from '../../base/errors.ts'

/** The path of a location on this machine. @throws GoldsyncError `UNSUPPORTED` for any other location */
export function localPath(location: string): string {
  const [, scheme, path] = /^(?:([a-z][a-z0-9+.-]*):(?:\/\/(?:localhost)?)?)?(\/.*)$/is.exec(location) ?? []
  if (path !== undefined && (scheme === undefined || scheme.toLowerCase() === 'file')) return path
  throw new GoldsyncError('UNSUPPORTED', `the duckdb catalog cannot show ${location}`, {
    hint: 'it reads files of this machine by their absolute paths; use a hiveserver2 catalog for a lake on HDFS',
  })
}
