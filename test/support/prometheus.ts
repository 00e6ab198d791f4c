/** A real Prometheus that scrapes one server each half second. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type Listening, listening } from './hosts.ts'
import type { Rules } from './monitoring.ts'

export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

export interface Prometheus {
  query(expr: string): Promise<readonly Sample[]>
  alerts(): Promise<readonly Alert[]>
  stop(): Promise<void>
}

/** @param target `host:port` of the server @throws where it does not start */
export async function startPrometheus(target: string, rules: Rules): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-prometheus-'))
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'goldsync', static_configs: [{ targets: [target] }] }],
  }
  await writeFile(join(folder, 'rules.yaml'), stringify(rules))
  await writeFile(join(folder, 'prometheus.yaml'), stringify(config))
  const server = await listening(spawnIn(folder), portOf)
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${server.url}/api/v1/${path}`)
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string }
    if (status !== 'success') throw new Error(`Prometheus: ${error}: ${path}`)
    return data
  }
  return {
    query: async expr => (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result,
    alerts: async () => (await ask<{ alerts: Alert[] }>('alerts')).alerts,
    stop: () => stopped(server, folder),
  }
}

const spawnIn = (folder: string): ChildProcess =>
  spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yaml`,
      `--storage.tsdb.path=${folder}/data`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )

/** `msg="Listening on" address=127.0.0.1:40123` */
const portOf = (line: string): number | undefined => {
  const port = /Listening on.*address=\S+:(\d+)/.exec(line)?.[1]
  return port === undefined || port === '0' ? undefined : Number(port)
}

async function stopped(server: Listening, folder: string): Promise<void> {
  await server.stop()
  await rm(folder, { recursive: true })
}
