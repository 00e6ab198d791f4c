/** From options to an opened engine; the only module that names the drivers. */
import * as z from 'zod'
import { GoldsyncError } from '../base/errors.ts'
import type { Engine } from './engine.ts'
import { hiveOptions } from './hive/options.ts'
import { prestoOptions } from './presto/options.ts'
import type { TablesOf } from './statements/visible.ts'
import { trinoOptions } from './trino/options.ts'

export const engineOptions = z.discriminatedUnion('kind', [trinoOptions, prestoOptions, hiveOptions])

/**
 * Opens an engine; it connects on first use.
 * @param name its name in the config
 * @param catalogs what it reads where the options do not tell: all of the config's @param tables what those of its catalogs are
 * @throws GoldsyncError `CONFIG_INVALID`, naming the key
 */
export async function openEngine(
  name: string,
  options: unknown,
  catalogs: readonly string[] = [],
  tables: TablesOf = 'hive',
): Promise<Engine> {
  const parsed = engineOptions.safeParse(options)
  if (!parsed.success) {
    throw new GoldsyncError('CONFIG_INVALID', `engines.${name}: ${z.prettifyError(parsed.error)}`)
  }
  return { ...(await openDriver(name, parsed.data, catalogs, tables)), verify: parsed.data.verify }
}

async function openDriver(
  name: string,
  options: z.infer<typeof engineOptions>,
  catalogs: readonly string[],
  tables: TablesOf,
): Promise<Engine> {
  switch (options.kind) {
    case 'trino':
      return (await import('./trino/trino.ts')).openTrino(name, options, catalogs, tables)
    case 'presto':
      return (await import('./presto/presto.ts')).openPresto(name, options, catalogs)
    case 'hive':
      return (await import('./hive/hive.ts')).openHive(name, options, catalogs)
  }
}
