/** A lake with two good hours and one that is held back, and the command line over it, for real schedulers. */
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, vi } from 'vitest'
import type { Report } from '../../shared/run/report.ts'
import { lay, makeLake, runNode } from '../support/hosts.ts'
import { shipped } from '../support/shipped.ts'

const DAY = 'orders/2026/11/20'

export interface Hours {
  /** Of the command line, with what it needs in its environment. */
  readonly program: string
  readonly env: { readonly GOLDSYNC_CONFIG: string }
  /** What a scan tells. */
  scan(): Promise<Report>
  remove(): Promise<unknown>
}

/** Of 2026-11-20: 06 and 07 are good, 08 is held back. */
export async function makeHours(schedulers: object): Promise<Hours> {
  const lake = await makeLake()
  const file = `${lake}.duckdb`
  await lay(lake, 'orders/wrong.parquet', `${DAY}/08/part-0.parquet`)
  const config = {
    lakes: [{ location: lake, createDatabase: true }],
    catalogs: { duckdb: { kind: 'duckdb', file } },
    schedulers,
    history: { kind: 'off' },
  }
  const program = resolve(await shipped('cli'), 'goldsync.mjs')
  const env = { GOLDSYNC_CONFIG: JSON.stringify(config) }
  return {
    program,
    env,
    scan: async () => {
      const { stdout, stderr } = await runNode([program, 'scan', '--json'], {
        env: { ...process.env, ...env },
      })
      expect(stdout, stderr).toContain('{')
      return JSON.parse(stdout) as Report
    },
    remove: () => Promise.all([lake, file].map(path => rm(path, { recursive: true, force: true }))),
  }
}

/** Milliseconds, against a hang only: a task of Airflow takes half a minute to start on a busy machine. */
const HANG = 1_500_000

export const inTheEnd = <T>(check: () => Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: HANG, interval: 1_000 })

/** For tests of schedulers. */
export const PATIENT = { timeout: HANG + 60_000 }
