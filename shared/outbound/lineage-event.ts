/** A table's run as events of OpenLineage (https://openlineage.io/docs/spec/object-model), by its naming specification. Pure. */
import type { TableRun } from '../run/lineage.ts'
import type { ColumnStatistics } from '../schema/column-statistics.ts'
import { type Column, type TableName, tableId } from '../schema/table.ts'
import type { Type } from '../schema/type.ts'
import { printType } from '../schema/type.ts'

const SPEC = 'https://openlineage.io/spec'

export interface Dataset {
  readonly namespace: string
  readonly name: string
}

/** A catalog, as the config has it. */
export interface LineageCatalog {
  /** `metastore`, `glue`. */
  readonly type: string
  /** What its tables are called: `hive://host:9083` and `golden.orders`. */
  dataset(table: TableName): Dataset
  /** What its engines call them. */
  aliases(table: TableName): readonly Dataset[]
}

export interface LineageOptions {
  /** Of the jobs. */
  readonly namespace: string
  /** URI of this build. */
  readonly producer: string
  readonly version: string
  catalogOf(name: string): LineageCatalog
}

/** START and how it ended. @param id a UUID, of this run of this table */
export function lineageEvents(run: TableRun, id: string, options: LineageOptions): readonly object[] {
  const { report, startedAt, endedAt } = run
  const failed = report.error !== undefined
  const common = { producer: options.producer, schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent` }
  const start = {
    eventType: 'START',
    eventTime: new Date(startedAt).toISOString(),
    run: { runId: id, facets: runFacets(run, options, false) },
    job: jobOf(run, options),
    inputs: [folderDataset(run.location)],
    outputs: [outputOf(run, options, false)],
    ...common,
  }
  const end = {
    ...start,
    eventType: failed ? 'FAIL' : 'COMPLETE',
    eventTime: new Date(Math.max(startedAt, endedAt)).toISOString(),
    run: { runId: id, facets: runFacets(run, options, failed) },
    outputs: [outputOf(run, options, !failed)],
  }
  return [start, end]
}

const facet = ({ producer }: LineageOptions, name: string, version: string, data: object) => ({
  _producer: producer,
  _schemaURL: `${SPEC}/facets/${version}/${name}.json#/$defs/${name}`,
  ...data,
})

function jobOf({ report: { catalog, table } }: TableRun, options: LineageOptions): object {
  const type = { processingType: 'BATCH', integration: 'GOLDSYNC', jobType: 'JOB' }
  return {
    namespace: options.namespace,
    name: `${catalog}.${table}`,
    facets: { jobType: facet(options, 'JobTypeJobFacet', '2-0-4', type) },
  }
}

function runFacets({ report, runId, trigger }: TableRun, options: LineageOptions, failed: boolean): object {
  const engine = { version: options.version, name: 'goldsync' }
  const { error } = report
  return {
    processing_engine: facet(options, 'ProcessingEngineRunFacet', '1-1-1', engine),
    // Not one of theirs: what leads back to the report and the log.
    goldsync: {
      _producer: options.producer,
      _schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet`,
      runId,
      trigger,
      outcome: report.outcome,
    },
    ...(failed && error
      ? {
          errorMessage: facet(options, 'ErrorMessageRunFacet', '1-0-1', {
            message: `${error.code}: ${error.message}`,
            programmingLanguage: 'TypeScript',
          }),
        }
      : {}),
  }
}

/** hdfs://nameservice/a/b is `hdfs://nameservice` and `/a/b`, s3://bucket/a/b `s3://bucket` and `a/b`, a path of this machine `file` and itself. */
export function folderDataset(location: string): Dataset {
  const [, scheme, host = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)?$/.exec(location) ?? []
  if (scheme === undefined || scheme === 'file') return { namespace: 'file', name: path || location }
  const namespace = `${scheme}://${host}`
  return { namespace, name: scheme === 's3' ? path.slice(1) || '/' : path || '/' }
}

function outputOf(run: TableRun, options: LineageOptions, told: boolean): object {
  const { report, table } = run
  const { catalog, rows, files } = report
  const [database = '', name = ''] = report.table.split('.')
  const { type, dataset, aliases } = options.catalogOf(catalog)
  const own = dataset({ database, name })
  const identifiers = aliases({ database, name }).map(alias => ({ ...alias, type: 'TABLE' }))
  const fields = table && [...table.columns, ...table.partitionKeys].map(fieldOf)
  const about = { framework: 'hive', type, name: catalog, source: 'goldsync', metadataUri: own.namespace }
  const columns = report.statistics?.columns ?? []
  return {
    ...own,
    facets: {
      catalog: facet(options, 'CatalogDatasetFacet', '1-1-0', about),
      ...(fields ? { schema: facet(options, 'SchemaDatasetFacet', '1-2-0', { fields }) } : {}),
      ...(identifiers.length > 0
        ? { symlinks: facet(options, 'SymlinksDatasetFacet', '1-0-1', { identifiers }) }
        : {}),
      ...(told && columns.length > 0
        ? {
            dataQualityMetrics: facet(options, 'DataQualityMetricsDatasetFacet', '1-0-0', {
              rowCount: report.statistics?.rows,
              fileCount: report.statistics?.files,
              columnMetrics: Object.fromEntries(columns.map(metricsOf)),
            }),
          }
        : {}),
    },
    outputFacets: told
      ? {
          outputStatistics: facet(options, 'OutputStatisticsOutputDatasetFacet', '1-0-2', {
            rowCount: rows,
            fileCount: files,
          }),
        }
      : {},
  }
}

interface Field {
  readonly name: string
  readonly type: string
  readonly description?: string
  readonly fields?: readonly Field[]
}

const fieldOf = ({ name, type, comment }: Pick<Column, 'name' | 'type' | 'comment'>): Field => ({
  name,
  type: printType(type),
  ...(comment ? { description: comment } : {}),
  ...nested(type),
})

const nested = (type: Type): Pick<Field, 'fields'> =>
  type.kind === 'struct' ? { fields: type.fields.map(fieldOf) } : {}

/** The facet has numbers alone: bounds of text and of days are in the report. */
function metricsOf({ column, nulls, distinct, kind, min, max }: ColumnStatistics): readonly [string, object] {
  const isNumber = kind === 'integer' || kind === 'float' || kind === 'decimal'
  const number = (text: string | undefined) => (isNumber && text !== undefined ? Number(text) : undefined)
  return [column, { nullCount: nulls, distinctCount: distinct, min: number(min), max: number(max) }]
}

/** `database.table` of a catalog that is called so. */
export const tableIn =
  (namespace: string) =>
  (table: TableName): Dataset => ({ namespace, name: tableId(table) })
