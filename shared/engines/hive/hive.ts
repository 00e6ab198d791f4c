/** Hive as an engine, by HiveServer2: it caches nothing of the metastore, so there is nothing to make it forget. */
import { hiveClient } from '../../hiveserver2/client.ts'
import { readNames } from '../../hiveserver2/partition-names.ts'
import type { Engine } from '../engine.ts'
import type { HiveOptions } from './options.ts'
import { readFile } from './read.ts'

/** Opens the engine; it connects on first use. @param name its name in the config @param all what it reads where the options do not tell */
export function openHive(name: string, options: HiveOptions, all: readonly string[]): Engine {
  const hive = hiveClient(options)
  return {
    name,
    kind: 'hive',
    catalogs: options.catalogs ?? all,
    reader: async call => ({ kind: 'hive', version: await hive.version(call) }),
    refresh: async () => undefined,
    async visible(wanted, call) {
      const seen: number[] = []
      for (const { table, keys, partitions } of wanted) {
        const listed = await readNames(hive, { name: table, partitionKeys: keys }, partitions, call)
        seen.push(listed.length)
      }
      return seen
    },
    read: (probe, call) => readFile(hive, probe, call),
    databases: async call =>
      (await hive.execute('SHOW DATABASES', call)).map(row => String(Object.values(row)[0])),
    close: () => hive.close(),
  }
}
