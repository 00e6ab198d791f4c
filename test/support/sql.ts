/** What the engines answer: the judges of the end-to-end tests. */

import { hiveServer2Options } from '../../shared/catalogs/hiveserver2/options.ts'
import { trinoOptions } from '../../shared/engines/trino/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { hiveClient } from '../../shared/hiveserver2/client.ts'
import { stack } from './stack.ts'

const { host, port, auth, username: user, password } = stack.hiveserver2
/** Settings of the stack's HiveServer2, as a config has them. */
export const hiveConfig = {
  kind: 'hiveserver2',
  host,
  port,
  auth: auth === 'NOSASL' ? 'nosasl' : 'plain',
  user,
  password,
} as const
/** Settings of the stack's Trino, as a config has them. */
export const trinoConfig = {
  kind: 'trino',
  url: stack.trino.url,
  catalog: stack.trino.catalog,
  user: 'test',
} as const

const hive = hiveClient(hiveServer2Options.parse(hiveConfig))
// Long enough for a peer's first sync of a large table.
const trino = trinoClient(trinoOptions.parse({ ...trinoConfig, timeout: 600_000 }))

/** Values of nested types are JSON, which hive-driver has parsed. */
const text = (value: unknown): string | null => {
  if (value === null) return null
  return typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : String(value)
}

/** Rows of a statement in Hive, values as text. */
export const hiveRows = async (sql: string): Promise<(string | null)[][]> =>
  (await hive.execute(sql)).map(row => Object.values(row).map(text))

/** Rows of a statement in Trino, values as text. */
export const trinoRows = async (sql: string): Promise<(string | null)[][]> =>
  (await trino.query(sql)).map(row => row.map(text))

/** To be called when the tests of a file are done. */
export const closeEngines = (): Promise<void> => hive.close()
