/** Two builds side by side: one of another checkout, and this one, each as the process that is shipped. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build, type Target } from '../../support/builder.ts'
import { metastoreConfig } from '../../support/golden-zone.ts'
import { hdfs, hdfsStorage } from '../../support/hdfs.ts'
import { type Listening, startServer } from '../../support/hosts.ts'
import { trinoConfig } from '../../support/sql.ts'

export const BASELINE = 'baseline'
export const OURS = 'this build'

export interface Build {
  readonly name: typeof BASELINE | typeof OURS
  /** A folder of what is shipped: `main.mjs`, `goldsync.mjs`, `goldsync.zip` are in it. */
  folder(target: Target): Promise<string>
}

/** @param checkout a folder with a built goldsync in `dist/` @throws where it has none */
export async function openBuilds(checkout: string): Promise<readonly [Build, Build]> {
  const folder = async (target: Target) => {
    const built = resolve(checkout, 'dist', target)
    await stat(built)
    return built
  }
  await folder('server')
  return [{ name: BASELINE, folder }, ownBuild()]
}

/** This checkout's, built when it is first asked for. */
export function ownBuild(): Build {
  const ours = new Map<Target, Promise<string>>()
  return {
    name: OURS,
    folder: target => {
      const built = ours.get(target) ?? build(target, resolve('dist/bench'))
      ours.set(target, built)
      return built
    },
  }
}

export interface Place {
  /** Of the lake, an absolute path on HDFS. */
  readonly root: string
  readonly layout: string
  /** Nobody else's, so that no build sees the other one's tables. */
  readonly database: string
  readonly engine?: boolean
  /** Other addresses than the stack's, as those of relays that count. */
  readonly namenode?: string
  readonly metastore?: string
  /** Folder of a history in files. */
  readonly history?: string
}

const TOKEN = 'bench-token-of-this-run-only'

/** In words that both builds know. */
export const configOf = ({
  root,
  layout,
  database,
  engine = false,
  namenode,
  metastore,
  history,
}: Place): string =>
  JSON.stringify({
    lakes: [
      {
        location: hdfs.location(root),
        layout,
        database,
        createDatabase: true,
        storage: { ...hdfsStorage, ...(namenode ? { namenodes: [namenode] } : {}) },
      },
    ],
    catalogs: {
      hive: { ...metastoreConfig('metastore'), ...(metastore ? { uris: metastore } : {}) },
    },
    ...(engine ? { engines: { trino: trinoConfig } } : {}),
    ...(history ? { history: { kind: 'file', path: history } } : {}),
    webhook: { bearer: [TOKEN] },
    log: { level: 'error' },
  })

/** A build's server. Level `info` of the log is needed to learn its port. */
export const startBuild = async (of: Build, place: Place): Promise<Listening> =>
  startServer(await of.folder('server'), {
    GOLDSYNC_CONFIG: configOf(place).replace('"level":"error"', '"level":"info"'),
  })

/** @throws where the answer is none of success */
export async function invoke(
  { url }: Listening,
  name: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const response = await fetch(`${url}/invoke/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${name}: ${response.status} ${text.slice(0, 2000)}`)
  return JSON.parse(text) as unknown
}

/** Tells the webhook of a file on HDFS, and waits for the answer. @throws where the answer is none of success */
export async function tellClosed({ url }: Listening, path: string): Promise<void> {
  const response = await fetch(`${url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ path: hdfs.location(path) }),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text.slice(0, 2000)}`)
}

/** In turn, the other one first each time, so that what warms up or fills up meets both. */
export async function alternately<T>(
  all: readonly T[],
  round: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  for (const one of round % 2 === 0 ? all : [...all].reverse()) await work(one)
}
