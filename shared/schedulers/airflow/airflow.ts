/** Events of Airflow's assets (REST API v2). Assets that no DAG has are passed over. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Answer } from '../../base/http-request.ts'
import type { WallTime } from '../../layout/variables.ts'
import { type Asking, ask, isTaken, refused, type Server } from '../ask.ts'
import { keyOf, printDay, printMinute } from '../key.ts'
import type { NewPartition, Scheduler } from '../scheduler.ts'
import { assetOf } from '../settings.ts'
import { countAssets, findAsset } from './assets.ts'
import type { AirflowOptions } from './options.ts'
import { openSession } from './session.ts'

export function openAirflow(name: string, options: AirflowOptions): Scheduler {
  const server = { ...options, name }
  const send = openRequests(server)
  const ids = openIds(server, send)
  let keyed = options.partitionKey
  const post = (id: number, partition: NewPartition, signal: AbortSignal): Promise<Answer> =>
    send({ path: 'api/v2/assets/events', body: eventOf(id, partition, keyed) }, signal)
  return {
    name,
    catalog: options.catalog,
    async tell(partition, signal) {
      const asset = assetOf(options.asset, partition)
      const id = await ids.of(asset, signal)
      if (id === undefined) return
      let answer = await post(id, partition, signal)
      if (keyed && knowsNoKeys(answer)) {
        keyed = false
        answer = await post(id, partition, signal)
      }
      if (isTaken(answer)) return
      if (answer.status !== 404) throw refused(server, answer, RIGHTS)
      // Somebody made Airflow's database anew: the asset may have another id.
      ids.forget(asset)
      throw new GoldsyncError('NOT_FOUND', `Airflow has no asset ${asset} any more`, { retryable: true })
    },
    greet: async signal => `Airflow with ${await ids.count(signal)} assets`,
  }
}

type AirflowServer = AirflowOptions & Server
type Send = (request: Omit<Asking, 'headers'>, signal: AbortSignal) => Promise<Answer>

/** Requests with a token; with another one where Airflow does not take the first. */
function openRequests(server: AirflowServer): Send {
  const session = openSession(server.auth, server)
  return async (request, signal) => {
    const send = (authorization: string) => ask(server, { ...request, headers: { authorization } }, signal)
    const first = await session.current(signal)
    const answer = await send(first)
    // Of a token that is none it says 403, too.
    if (answer.status !== 401 && answer.status !== 403) return answer
    const other = await session.instead(first, signal)
    return other === undefined ? answer : send(other)
  }
}

/** Ids of assets, as far as they were asked for and are there. */
function openIds(server: AirflowServer, send: Send) {
  const known = new Map<string, number>()
  const get = async (path: string, signal: AbortSignal): Promise<string> => {
    const answer = await send({ method: 'GET', path }, signal)
    if (isTaken(answer)) return answer.text
    throw refused(server, answer, RIGHTS)
  }
  return {
    async of(asset: string, signal: AbortSignal): Promise<number | undefined> {
      const id = known.get(asset) ?? (await findAsset(asset, path => get(path, signal)))
      if (id !== undefined) known.set(asset, id)
      return id
    },
    count: async (signal: AbortSignal): Promise<number> => countAssets(path => get(path, signal)),
    forget: (asset: string): void => void known.delete(asset),
  }
}

const RIGHTS = 'the user needs to read assets and to create their events: the role Op, or one of your own'

/** Airflow 3.0 and 3.1 refuse what they do not know. */
const knowsNoKeys = ({ status, text }: Answer): boolean => status === 422 && text.includes('partition_key')

/** As CronPartitionTimetable writes keys, and as the temporal partition mappers read them, unless they are told otherwise. */
const printTime = (time: WallTime): string => `${printDay(time)}T${printMinute(time)}:00`

function eventOf(id: number, partition: NewPartition, keyed: boolean): object {
  const { database, table, catalog, topic, partition: values, runId } = partition
  const key = keyOf(partition, printTime)
  const extra = {
    table: `${database}.${table}`,
    catalog,
    topic,
    partition: values,
    partition_key: key,
    goldsync_run: runId,
  }
  return { asset_id: id, ...(keyed ? { partition_key: key } : {}), extra }
}
