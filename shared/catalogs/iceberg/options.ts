/** Settings of the iceberg catalog. */
import * as z from 'zod'
import { storageOptions } from '../../storages/open.ts'
import { checkHms, hmsSettings } from '../hms/options.ts'
import { checkRest, restSettings } from './stores/rest-options.ts'

export const icebergOptions = z.strictObject({
  kind: z.literal('iceberg'),
  tables: z
    .discriminatedUnion('in', [
      hmsSettings.extend({ in: z.literal('hive') }).superRefine(checkHms),
      restSettings.extend({ in: z.literal('rest') }).superRefine(checkRest),
    ])
    .describe(
      'Where tables are kept: hive, a Hive metastore as engines share it (the settings are those of the metastore catalog); rest, an Iceberg REST catalog',
    ),
  metadata: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder for the tables' metadata, outside of every lake: the only one that goldsync writes files into. Default: beside the lake, its name with _iceberg behind it",
    ),
  storage: storageOptions
    .optional()
    .describe("Settings of the metadata's storage, as those of a lake. Default: the lake's"),
  database: z
    .string()
    .regex(/^[a-z0-9_]+$/, 'expected lower-case letters, digits and _')
    .optional()
    .describe("Database of its tables, instead of the lake's: where a Hive table of the same name is there"),
})

export type IcebergOptions = z.infer<typeof icebergOptions>
