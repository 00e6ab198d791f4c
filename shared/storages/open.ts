/** From a location's scheme to its driver: the only module that names storage drivers. */
import * as z from 'zod'
import { GoldsyncError } from '../base/errors.ts'
import { schemeOf } from './location.ts'
import { s3Options } from './s3/options.ts'
import type { WritableStorage } from './storage.ts'
import { webhdfsOptions } from './webhdfs/options.ts'

/** The `storage` block of a lake's config: the keys of every driver. Which of them a lake can have, its location's scheme decides. */
export const storageOptions = z.strictObject({ ...webhdfsOptions.shape, ...s3Options.shape })

type Driver = 'local' | 'webhdfs' | 's3'

const DRIVERS: Readonly<Record<string, Driver>> = {
  file: 'local',
  hdfs: 'webhdfs',
  webhdfs: 'webhdfs',
  swebhdfs: 'webhdfs',
  s3: 's3',
  s3a: 's3',
  s3n: 's3',
}

const OPTIONS = { local: z.strictObject({}), webhdfs: webhdfsOptions, s3: s3Options } as const

function driverOf(location: string): Driver {
  const scheme = schemeOf(location)
  const driver = Object.hasOwn(DRIVERS, scheme) ? DRIVERS[scheme] : undefined
  if (driver) return driver
  throw new GoldsyncError('CONFIG_INVALID', `${location}: there is no storage for ${scheme}://`, {
    hint: 'locations are paths, file:///…, hdfs://…, webhdfs://…, swebhdfs://… or s3://… (s3a, s3n)',
  })
}

/**
 * What is wrong with a location's `storage` block, a sentence each.
 * @throws GoldsyncError `CONFIG_INVALID` for an unknown scheme
 */
export function storageProblems(location: string, options: unknown): readonly string[] {
  const schema = OPTIONS[driverOf(location)]
  const nowhere = withoutAuthority(location)
  if (nowhere !== undefined) return [nowhere]
  const issues = schema.safeParse(options).error?.issues ?? []
  return issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => notOfDriver(key, location, Object.keys(schema.shape)))
      : [`${['storage', ...issue.path].join('.')}: ${issue.message}`],
  )
}

/** Hadoop reads `hdfs:/x` and `hdfs:///x` by the cluster's own configuration, which goldsync does not have. */
function withoutAuthority(location: string): string | undefined {
  const scheme = schemeOf(location)
  const rest = location.slice(scheme.length + 1)
  if (scheme === 'file' || /^\/\/[^/]/.test(rest)) return undefined
  const path = rest.replace(/^\/+/, '/')
  return driverOf(location) === 's3'
    ? `location: ${location} names no bucket: write ${scheme}://BUCKET${path}`
    : `location: ${location} names no NameNode and no nameservice: write ${scheme}://NAMENODE${path} or ${scheme}://NAMESERVICE${path} (fs.defaultFS in the cluster's core-site.xml has it)`
}

function notOfDriver(key: string, location: string, known: readonly string[]): string {
  if (known.length === 0) return `storage.${key}: ${location} is local and takes no storage settings`
  return `storage.${key}: is no setting for ${schemeOf(location)}:// locations; there are: ${known.join(', ')}`
}

/**
 * Opens the storage that serves a location. It reaches no server: drivers connect on first use.
 * @param location as `resolveLocation` gives it
 * @param options the lake's `storage` block, parsed or not
 * @throws GoldsyncError `CONFIG_INVALID` for an unknown scheme, or settings that the driver has not
 */
export async function openStorage(
  location: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<WritableStorage> {
  const problems = storageProblems(location, options)
  if (problems.length > 0) throw new GoldsyncError('CONFIG_INVALID', problems.join('; '))
  const driver = driverOf(location)
  switch (driver) {
    case 'local':
      return (await import('./local/storage.ts')).openLocal()
    case 'webhdfs':
      return (await import('./webhdfs/storage.ts')).openWebhdfs(location, webhdfsOptions.parse(options))
    case 's3':
      return (await import('./s3/storage.ts')).openS3(location, s3Options.parse(options))
    default:
      throw new TypeError(driver satisfies never)
  }
}
