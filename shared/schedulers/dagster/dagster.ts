/** Materializations of Dagster (docs.dagster.io/api/rest-apis/external-assets-rest-api), of whatever asset it is told of. */
import { openHeaders } from '../../credentials/headers.ts'
import type { WallTime } from '../../layout/variables.ts'
import { ask, isTaken, refused } from '../ask.ts'
import { keyOf, printDay, printMinute } from '../key.ts'
import type { NewPartition, Scheduler } from '../scheduler.ts'
import { assetOf } from '../settings.ts'
import type { DagsterOptions } from './options.ts'

export function openDagster(name: string, options: DagsterOptions): Scheduler {
  const server = { ...options, name }
  const headers = openHeaders(options.headers, `schedulers.${name}.headers`)
  return {
    name,
    catalog: options.catalog,
    async tell(partition, signal) {
      const body = materialization(options.asset, partition)
      const path = 'report_asset_materialization/'
      const answer = await ask(server, { path, headers: await headers(), body, starts: true }, signal)
      if (!isTaken(answer)) throw refused(server, answer, { starts: true })
    },
    async greet(signal) {
      const request = { method: 'GET', path: 'server_info', headers: await headers() } as const
      const answer = await ask(server, request, signal)
      if (!isTaken(answer)) throw refused(server, answer)
      return `Dagster ${versionIn(answer.text)}`
    },
  }
}

function versionIn(text: string): string {
  const [, version = 'of an unknown version'] = /"dagster_version": ?"([\w.+-]{1,40})"/.exec(text) ?? []
  return version
}

/** As `HourlyPartitionsDefinition` spells its keys, and those of days, weeks and months theirs. */
const printTime = (time: WallTime): string =>
  time.hour === undefined ? printDay(time) : `${printDay(time)}-${printMinute(time)}`

function materialization(asset: string, partition: NewPartition): object {
  const { database, table, catalog, topic, partition: values, runId } = partition
  return {
    asset_key: assetOf(asset, partition).split('/'),
    partition: keyOf(partition, printTime),
    metadata: { 'dagster/table_name': `${database}.${table}`, catalog, topic, partition: values, runId },
    description: `registered by goldsync: ${database}.${table}, partition ${values}`,
  }
}
