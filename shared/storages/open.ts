/** From a location's scheme to its driver: the only module that names storage drivers. */
import type { z } from 'zod'
import { GoldsyncError } from '../errors.ts'
import { schemeOf } from './location.ts'
import type { Storage } from './storage.ts'
import { webhdfsOptions } from './webhdfs/options.ts'

/** The `storage` block of a lake's config. Local folders need none; when a second driver has settings, this becomes their union. */
export const storageOptions = webhdfsOptions

const DRIVERS: Readonly<Record<string, 'local' | 'webhdfs'>> = {
  file: 'local',
  hdfs: 'webhdfs',
  webhdfs: 'webhdfs',
  swebhdfs: 'webhdfs',
}

/** The driver of a location. @throws GoldsyncError `CONFIG_INVALID` for an unknown scheme */
export function storageDriver(location: string): 'local' | 'webhdfs' {
  const scheme = schemeOf(location)
  const driver = Object.hasOwn(DRIVERS, scheme) ? DRIVERS[scheme] : undefined
  if (driver) return driver
  throw new GoldsyncError('CONFIG_INVALID', `${location}: there is no storage for ${scheme}://`, {
    hint: 'locations are paths, file:///…, hdfs://…, webhdfs://… or swebhdfs://…',
  })
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
): Promise<Storage> {
  const driver = storageDriver(location)
  switch (driver) {
    case 'local':
      refuseSettings(location, options)
      return (await import('./local/storage.ts')).openLocal()
    case 'webhdfs':
      return (await import('./webhdfs/storage.ts')).openWebhdfs(location, parse(webhdfsOptions, options))
    default:
      throw new TypeError(driver satisfies never)
  }
}

function refuseSettings(location: string, options: Readonly<Record<string, unknown>>): void {
  const [setting] = Object.keys(options)
  if (setting === undefined) return
  throw new GoldsyncError(
    'CONFIG_INVALID',
    `storage.${setting}: ${location} is local and takes no storage settings`,
    {
      hint: 'remove the storage block, or write the location as hdfs://…',
    },
  )
}

function parse<T>(schema: z.ZodType<T>, options: unknown): T {
  const { success, data, error } = schema.safeParse(options)
  if (success) return data
  const issues = error.issues.map(issue => `${['storage', ...issue.path].join('.')}: ${issue.message}`)
  throw new GoldsyncError('CONFIG_INVALID', issues.join('; '))
}
