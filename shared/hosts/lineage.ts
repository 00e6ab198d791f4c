/** Who is told of lineage: a receiver of OpenLineage (Marquez, DataHub), a file, or nobody. */
import { randomUUID } from 'node:crypto'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { summarizeError } from '../base/errors.ts'
import { abortedAfter, unlessAborted } from '../base/signals.ts'
import type { Config } from '../config/config.ts'
import { openHeaders } from '../credentials/headers.ts'
import { type Dataset, type LineageCatalog, lineageEvents, tableIn } from '../outbound/lineage-event.ts'
import { deliver } from '../outbound/send.ts'
import type { TableRun, TellLineage } from '../run/lineage.ts'
import type { TableName } from '../schema/table.ts'
import { version } from './cli/version.ts'
import { timeLeft } from './time-left.ts'

/** Milliseconds between attempts. */
const PAUSES = [250, 1_000]
/** Milliseconds for all that is told of a topic: the run's caller waits for it. */
const LIMIT = 5_000

type Lineage = NonNullable<Config['lineage']>

interface Telling {
  readonly pauses?: readonly number[]
  readonly limit?: number
  /** Epoch milliseconds after which nobody waits: the platform ends the run. */
  readonly until?: number | undefined
}

export function lineageTo(
  config: Pick<Config, 'lineage' | 'catalogs' | 'engines'>,
  { pauses = PAUSES, limit: most = LIMIT, until }: Telling = {},
): TellLineage | undefined {
  const { lineage } = config
  if (lineage === undefined) return undefined
  const options = {
    namespace: lineage.namespace,
    producer: `https://github.com/goldsync/goldsync/tree/v${version}`,
    version,
    catalogOf: (name: string) => catalogOf(name, config),
  }
  const send = lineage.url === undefined ? undefined : sender(lineage, lineage.url, pauses)
  return async (runs: readonly TableRun[]) => {
    const events = runs.flatMap(run => lineageEvents(run, randomUUID(), options))
    const limit = timeLeft(most, until)
    if (limit === 0) return 'no time was left'
    const signal = abortedAfter(limit)
    const tell = async (): Promise<void> => {
      if (lineage.file !== undefined) await append(lineage.file, events)
      for (const event of send ? events : []) await send?.(event, signal)
    }
    try {
      // A file system that hangs heeds no signal: whoever waits goes on then.
      await unlessAborted(signal, tell(), () => signal.reason)
      return undefined
    } catch (error) {
      return signal.aborted ? `no answer within ${limit} ms` : summarizeError(error).message
    }
  }
}

function sender({ endpoint, headers }: Lineage, url: string, pauses: readonly number[]) {
  const next = openHeaders(headers, 'lineage.headers')
  const to = `${url.replace(/\/+$/, '')}/${endpoint.replace(/^\/+/, '')}`
  return async (event: object, signal: AbortSignal): Promise<void> => {
    const all = { ...(await next()), 'content-type': 'application/json' }
    await deliver({ url: to, headers: all, body: JSON.stringify(event) }, { pauses }, { signal })
  }
}

/** A line each, as OpenLineage's own clients write them. */
async function append(file: string, events: readonly object[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, events.map(event => `${JSON.stringify(event)}\n`).join(''))
}

/** By https://openlineage.io/docs/spec/naming. */
function catalogOf(
  name: string,
  { catalogs, engines }: Pick<Config, 'catalogs' | 'engines'>,
): LineageCatalog {
  const options = catalogs[name]
  const aliases = Object.values(engines).flatMap(engine => {
    const reads = engine.catalogs === undefined || engine.catalogs.includes(name)
    return reads && (engine.kind === 'trino' || engine.kind === 'presto') ? [aliasIn(engine)] : []
  })
  return {
    type: options?.kind ?? name,
    dataset: datasetIn(name, options),
    aliases: table => aliases.map(alias => alias(table)),
  }
}

function datasetIn(
  name: string,
  options: Config['catalogs'][string] | undefined,
): (table: TableName) => Dataset {
  switch (options?.kind) {
    case 'metastore':
      return tableIn(`hive://${options.uris[0]?.replace(/^thrift:\/\//, '')}`)
    case 'hiveserver2':
      return tableIn(`hive://${options.host}:${options.port}`)
    case 'glue': {
      const namespace = `arn:aws:glue:${options.region ?? ''}:${options.catalogId ?? ''}`
      return table => ({ namespace, name: `table/${table.database}/${table.name}` })
    }
    case 'duckdb':
      return tableIn(`duckdb://${options.file}`)
    default:
      return tableIn(name)
  }
}

function aliasIn({ kind, url, catalog }: { kind: string; url: string; catalog: string }) {
  const { hostname, port, protocol } = new URL(url)
  const namespace = `${kind}://${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`
  return ({ database, name }: TableName): Dataset => ({ namespace, name: `${catalog}.${database}.${name}` })
}
