import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { openBuilder } from './builder.ts'
import { type SecureComponent, secureAddresses } from './secure-stack.ts'
import { type Component, stack } from './stack.ts'

/** Against a hang: a server that is not there refuses at once, and one on a busy machine is there. */
const PROBE_MS = 60_000

const probes: Readonly<Record<Exclude<Component, SecureComponent>, () => Promise<unknown>>> = {
  hdfs: () => get(`${stack.hdfs.webhdfs}/?op=GETFILESTATUS&user.name=${stack.hdfs.superuser}`),
  postgres: () => listening(urlAddress(stack.postgres.metastore)),
  metastore: () => listening(stack.metastore),
  metastore3: () => listening(stack.metastore3),
  hiveserver2: () => listening(stack.hiveserver2),
  trino: () => engineStarted(stack.trino.url),
  trino_next: () => engineStarted(stack.trinoNext.url),
  presto: () => engineStarted(stack.presto.url),
  glue: () => get(`${stack.glue.endpoint}/moto-api/`),
  python: () => python(stack.python, 'pyarrow, duckdb'),
  iceberg: () => get(`${stack.iceberg.rest}/v1/config`),
  pyiceberg: () => python(stack.iceberg.python, 'pyiceberg.catalog'),
  iceberg_clients: () => python(stack.iceberg.python, 'duckdb_extension_iceberg'),
  airflow: () => get(`${stack.airflow.url}/api/v2/monitor/health`),
  dagster: () => get(`${stack.dagster.url}/server_info`),
  collector: () => access(stack.collector, constants.X_OK),
  helm: () => promisify(execFile)(stack.helm, ['version'], { timeout: PROBE_MS }),
  writers: () => python(stack.python, 'pyspark, polars, fastparquet'),
}

/** Vitest's global setup of the project `stack`: asks each server once whether it is there. @returns its end */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const builder = await openBuilder(`dist/test/${process.pid}`)
  project.provide('builder', builder.url)
  const components = [...Object.keys(probes), ...Object.keys(secureAddresses)] as Component[]
  const answers = await Promise.all(components.map(isUp))
  project.provide(
    'componentsUp',
    components.filter((_, i) => answers[i]),
  )
  return builder.close
}

/** An address that is none is as one where nobody is. */
async function isUp(component: Component): Promise<boolean> {
  try {
    await (isSecure(component) ? listening(secureAddresses[component]) : probes[component]())
    return true
  } catch {
    return false
  }
}

const isSecure = (component: Component): component is SecureComponent => component in secureAddresses

const python = (interpreter: string, modules: string): Promise<unknown> =>
  promisify(execFile)(interpreter, ['-c', `import ${modules}`], { timeout: 2 * PROBE_MS })

async function get(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return text
}

async function engineStarted(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/info`, { signal: AbortSignal.timeout(PROBE_MS) })
  const info = (await response.json()) as { starting: boolean }
  if (info.starting) throw new Error(`${url} is still starting`)
}

function urlAddress(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 5432) }
}

function listening({ host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: PROBE_MS })
    socket.once('connect', () => resolve(void socket.destroy()))
    socket.once('timeout', () => socket.destroy(new Error(`${host}:${port} did not answer`)))
    socket.once('error', reject)
  })
}
