/** The config as users write it. `goldsync.schema.json` and docs/configuration.md are made from this. */
import * as z from 'zod'
import { trustedIssuers, webhookOptions } from '../auth/options.ts'
import { holdsNoPassword, holdsNoUser, wrongAddress } from '../base/addresses.ts'
import { GoldsyncError } from '../base/errors.ts'
import { catalogOptions } from '../catalogs/open.ts'
import { engineOptions } from '../engines/open.ts'
import { historyOptions } from '../history/options.ts'
import { openClock } from '../layout/clock.ts'
import { parseTemplate } from '../layout/template.ts'
import { schedulerOptions } from '../schedulers/open.ts'
import { READER_KINDS } from '../schema/reader.ts'
import { storageOptions } from '../storages/open.ts'
import { lineageOptions, metricsOptions, tracingOptions } from './telemetry.ts'

const text = z.string().min(1)
const name = z.string().regex(/^[a-z0-9_]+$/, 'expected lower-case letters, digits and _')
const globs = (what: string) => z.array(text).describe(`${what}: globs on topic names`)

const evolutionMode = z.enum(['additive', 'strict', 'frozen'])

const partitionKey = z.strictObject({
  type: z.enum(['string', 'date', 'tinyint', 'smallint', 'int', 'bigint']).describe('Type of the key'),
  value: text.describe("Made of the layout's variables: `{yyyy}-{MM}-{dd}`"),
})

const tables = z.strictObject({
  include: globs('Topics to sync').default(['*']),
  exclude: globs('Topics to leave alone').default([]),
  name: z
    .string()
    .regex(/^\w*\{topic\}\w*$/, 'expected {topic}, with letters, digits and _ around it: raw_{topic}')
    .default('{topic}')
    .describe('Table name; what is not a-z, 0-9 or _ becomes _'),
  rename: z
    .record(text, name)
    .refine(
      names => new Set(Object.values(names)).size === Object.keys(names).length,
      'two topics get one name',
    )
    .default({})
    .describe('Table names by topic, for those that the rule does not fit'),
  adopt: z
    .array(name)
    .default([])
    .describe(
      "Tables to take although they lie elsewhere than their topic's folder (docs/adoption.md), or were filled by partition keys of other spellings (docs/scanning.md): names without the database",
    ),
})

const topics = z.union([z.boolean(), z.array(text)])
const heldOrNot = z.enum(['warn', 'hold'])
const nullColumns = z.enum(['hold', 'declare'])

const types = z.strictObject({
  hive3: topics
    .default(false)
    .describe('Timestamps stored as INT64 become bigint counts, which Hive 3 reads. Or globs on topics'),
  binaryAsString: topics
    .default(false)
    .describe('Bytes without an annotation become strings. Or globs on topics'),
  unsigned: z
    .union([heldOrNot, z.record(text, heldOrNot)])
    .default('warn')
    .describe(
      'Files with unsigned values that engines cannot read, or may not: warn of them, or hold them back. Or a map of topic glob → one of these',
    ),
  nullColumns: z
    .union([nullColumns, z.record(text, nullColumns)])
    .default('hold')
    .describe(
      'Of a type for a column in which other files hold only nulls, if engines then fail on them: hold it back, or these files where the table has it; or declare it, and take them. Or a map of topic glob → one of these',
    ),
  unreadable: z
    .union([heldOrNot, z.record(text, heldOrNot)])
    .default('hold')
    .describe(
      'Files and columns that some of those who read the lake fail on, and another reads: hold them back, or warn of them. Or a map of topic glob → one of these',
    ),
  oldDates: z
    .union([heldOrNot, z.record(text, heldOrNot)])
    .default('hold')
    .describe(
      'Files with days before 1582-10-15 that an engine reads as other days: hold them back, or warn of them. Or a map of topic glob → one of these',
    ),
  widenFloat: topics
    .default(false)
    .describe(
      'A float column may become double though Trino or Presto read the table, which then fail on conditions on it. Or globs on topics',
    ),
  widenDecimal: topics
    .default(false)
    .describe(
      'A decimal column may get more digits; Presto then refuses files of up to 18. Or globs on topics',
    ),
})

/** Refuses what this refuses, in its words. */
const asMadeBy =
  (make: (written: string) => unknown) => (written: string, issues: z.RefinementCtx<string>) => {
    try {
      make(written)
    } catch (error) {
      if (!(error instanceof GoldsyncError)) throw error
      issues.addIssue(error.message)
    }
  }

const reader = z
  .string()
  .regex(
    new RegExp(`^(?!hive$)(${READER_KINDS.join('|')})( \\d+(\\.\\d+)*)?$`),
    `expected one of ${READER_KINDS.join(', ')} with a version: hive 3.1 (versions of Hive read differently)`,
  )

const otherLocation = text.refine(
  holdsNoPassword,
  'a location holds no password: tables and messages show it',
)

const lake = z.strictObject({
  location: text.describe('Root folder: a path, `file:///…`, `hdfs://…` or `s3://…`'),
  layout: text
    .superRefine(asMadeBy(parseTemplate))
    .default('{topic}/{yyyy}/{MM}/{dd}/{HH}')
    .describe('Folders from the root to a partition'),
  timeZone: text
    .superRefine(asMadeBy(openClock))
    .default('UTC')
    .describe("IANA zone of the folders' dates and hours"),
  partitionKeys: z
    .record(text, partitionKey)
    .optional()
    .describe('Partition keys by name, in table order; by default as the layout names them, all string'),
  storage: storageOptions.default({}).describe('Settings of the storage (docs/storages)'),
  catalogs: z.array(text).min(1).optional().describe('Catalogs that get its tables; by default all'),
  database: name.default('golden').describe('Database of its tables'),
  createDatabase: z
    .boolean()
    .default(false)
    .describe(
      'Whether to create the database where it is missing; counts for other lakes of this database, too',
    ),
  tables: tables.prefault({}).describe('Which topics, and their table names'),
  evolution: z
    .union([evolutionMode, z.record(text, evolutionMode)])
    .default('additive')
    .describe(
      'additive: tables grow; strict: changes are held back; frozen: partitions only. Or a map of topic glob → mode',
    ),
  types: types.prefault({}).describe('Types where there is a choice (docs/types.md)'),
  readers: z
    .array(reader)
    .optional()
    .describe(
      'Who reads its tables besides engines: `[hive 3.1, spark 4]`; files that one of them cannot read are held back (docs/types.md). By default Hive 3 and 4, where a catalog of theirs has no engine; [] for nobody',
    ),
  lookback: z
    .string('expected a number and s, m, h or d, such as 3h')
    .regex(/^\d+[smhd]$/, 'expected a number and s, m, h or d, such as 3h')
    .default('3h')
    .describe('How far a recent scan looks back behind the last complete one'),
  successFile: globs('Topics whose new partitions wait until a _SUCCESS file is in their folder').default([]),
  statistics: z
    .enum(['off', 'basic', 'exact'])
    .default('basic')
    .describe(
      'basic: rows, files and bytes of each partition, for catalogs that keep partition parameters; exact: the same, and in the report what is proven of columns (docs/statistics.md)',
    ),
  catalogLocations: z
    .record(text, otherLocation)
    .default({})
    .describe("The lake's root as a catalog shall write it, by catalog: `{hive: s3a://bucket/golden}`"),
  recallOlder: z
    .boolean()
    .default(true)
    .describe(
      'Whether scans read the footers of older partitions, 200 a run, until it is known what is left out of all of them (docs/evolution.md)',
    ),
  formerLocations: z
    .array(otherLocation)
    .default([])
    .describe('Roots that the lake had: partitions registered below them are moved to where it is now'),
  aliases: z
    .array(
      otherLocation.regex(
        /^((hdfs|s?webhdfs|viewfs):\/\/|s3[an]?:\/\/[^/])/,
        'expected another address of the root: hdfs://namenode:8020/golden',
      ),
    )
    .default([])
    .describe(
      'Other addresses of the root in what senders of closed files write: a NameNode instead of the nameservice, `webhdfs://`, `viewfs://` (docs/sinks.md)',
    ),
  unregister: z
    .strictObject({
      most: z.int().positive().default(100).describe('Partitions that one scan unregisters at most'),
      share: z.number().positive().max(1).default(0.1).describe("Share of a table's partitions, likewise"),
    })
    .optional()
    .describe('Whether full scans unregister partitions whose folders are gone; files are never touched'),
})

export const configSchema = z.strictObject({
  lakes: z.array(lake).min(1).describe('Golden zones'),
  catalogs: z
    .record(text, catalogOptions)
    .refine(catalogs => Object.keys(catalogs).length > 0, 'must not be empty')
    .describe('Catalogs by a name of your choice (docs/catalogs)'),
  engines: z
    .record(text, engineOptions)
    .default({})
    .describe('Query engines to refresh and to ask (docs/engines)'),
  schedulers: z
    .record(text, schedulerOptions)
    .default({})
    .describe('Who starts work when a partition is there, by a name of your choice (docs/schedulers.md)'),
  webhook: webhookOptions.optional().describe('Who may send closed files to /webhook (docs/webhook.md)'),
  events: z
    .strictObject({
      sink: z
        .url({ protocol: /^https?$/, error: wrongAddress })
        .refine(holdsNoUser, 'must hold no user: addresses get into messages')
        .describe(
          'Where events are posted that tell what runs changed; by default to K_SINK, where that is set',
        ),
    })
    .optional()
    .describe('Events that goldsync sends (docs/observability.md)'),
  lineage: lineageOptions.optional().describe('Events of OpenLineage (docs/observability.md)'),
  metrics: metricsOptions.prefault({}).describe('Metrics, beside GET /metrics (docs/observability.md)'),
  tracing: tracingOptions.optional().describe('Spans of runs, tables and calls (docs/observability.md)'),
  server: z
    .strictObject({
      exposure: z
        .enum(['cluster-local', 'public'])
        .default('cluster-local')
        .describe(
          'cluster-local: everything, for callers that are trusted; public: /webhook and /health only',
        ),
      oidc: trustedIssuers.describe(
        "Whose tokens callers of `/` and `/invoke` must have: of Knative's OIDC, or another provider (docs/deploy/knative.md). Default: the network decides who calls",
      ),
    })
    .prefault({})
    .describe('The HTTP server'),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .optional()
        .describe(
          'Least level that is logged. Default: info; on the command line nothing, where the report tells it all',
        ),
      audit: z
        .string()
        .min(1)
        .default('log')
        .describe(
          'Where each change of a catalog is recorded: log, at any level but silent (on the command line: from level info on); off; or a file, to whose end it is written',
        ),
    })
    .prefault({})
    .describe('Logging, as JSON lines on standard error'),
  history: historyOptions
    .optional()
    .describe(
      'What became of files, partitions and tables, for goldsync history (docs/history.md). Default: on the command line a file, else off',
    ),
})

export type ConfigInput = z.input<typeof configSchema>
export type ParsedConfig = z.output<typeof configSchema>
export type ParsedLake = ParsedConfig['lakes'][number]

/** The schema for editors: JSON Schema 2020-12 of what users write. */
export const configJsonSchema = () => ({
  title: 'goldsync.yaml',
  ...z.toJSONSchema(configSchema, { io: 'input' }),
})
