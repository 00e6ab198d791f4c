/** deploy/examples/airflow/orders.py as it stands, in a real Airflow, behind goldsync. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeStack, stack } from '../support/stack.ts'
import { type Hours, inTheEnd, makeHours, PATIENT } from './hours.ts'

const { url, user: username, password, bin } = stack.airflow

interface DagRun {
  readonly dag_run_id: string
  readonly partition_key: string
  readonly run_after: string
  readonly state: string
}

let token: string
async function api<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  expect([response.status, text], `${method} ${path}`).toEqual([expect.toSatisfy(is2xx), text])
  return JSON.parse(text) as T
}
const is2xx = (status: unknown): boolean => Number(status) >= 200 && Number(status) < 300

const runsOf = async (dag: string): Promise<readonly DagRun[]> =>
  (await api<{ dag_runs: DagRun[] }>(`/api/v2/dags/${dag}/dagRuns?order_by=-run_after&limit=50`)).dag_runs

const stateOf = async (dag: string, run: string, task: string): Promise<string> =>
  (await api<{ state: string }>(`/api/v2/dags/${dag}/dagRuns/${run}/taskInstances/${task}`)).state

/** Starts what tasks call: the command line over the hours. */
async function putInPath({ program, env }: Hours): Promise<void> {
  const file = join(bin, 'goldsync')
  await mkdir(bin, { recursive: true })
  await writeFile(
    file,
    `#!/bin/sh\nexport GOLDSYNC_CONFIG='${env.GOLDSYNC_CONFIG}'\nexec '${process.execPath}' '${program}' "$@"\n`,
  )
  await chmod(file, 0o755)
}

describeStack(['airflow'], 'Airflow', () => {
  let hours: Hours
  beforeAll(async () => {
    const auth = { kind: 'basic', user: username, password }
    hours = await makeHours({ airflow: { kind: 'airflow', url, auth } })
    await putInPath(hours)
    token = (await api<{ access_token: string }>('/auth/token', 'POST', { username, password })).access_token
    await inTheEnd(() => api('/api/v2/dags/orders_told'))
  })
  afterAll(() => hours.remove())

  it(
    'runs a DAG for each hour that goldsync has registered, with the hour as its key, and none for what is held back',
    PATIENT,
    async () => {
      const began = Date.now()
      const report = await hours.scan()
      expect(report.tables).toMatchObject([{ partitions: { added: 2, held: 1 } }])
      expect(report.diagnostics.filter(({ code }) => code.startsWith('SCHEDULER_'))).toEqual([])
      const own = async () => (await runsOf('orders_told')).filter(run => Date.parse(run.run_after) >= began)
      const runs = await inTheEnd(async () => {
        const found = await own()
        expect(found.map(({ partition_key: key, state }) => `${key} ${state}`).sort()).toEqual([
          '2026-11-20T06:00:00 success',
          '2026-11-20T07:00:00 success',
        ])
        return found
      })
      for (const { dag_run_id: run, partition_key: key } of runs) {
        const path = `/api/v2/dags/orders_told/dagRuns/${run}/taskInstances/work/xcomEntries/return_value`
        expect((await api<{ value: string }>(path)).value).toBe(key)
      }
    },
  )

  it.each([
    ['good', '07', 'success', 'success'],
    ['held', '08', 'up_for_retry', null],
    ['absent', '11', 'up_for_retry', null],
  ])(
    'goes on with a %s hour only if it can be queried, where a DAG asks by itself',
    PATIENT,
    async (_, hour, queryable, work) => {
      const key = `2026-11-20T${hour}:00:00`
      const { dag_run_id: run } = await api<DagRun>('/api/v2/dags/orders_asked/dagRuns', 'POST', {
        logical_date: null,
        partition_key: key,
      })
      await inTheEnd(async () => {
        const states = await Promise.all(
          ['queryable', 'work'].map(task => stateOf('orders_asked', run, task)),
        )
        expect(states).toEqual([queryable, work])
      })
      if (work === null) await api(`/api/v2/dags/orders_asked/dagRuns/${run}`, 'PATCH', { state: 'failed' })
    },
  )

  it('does not take the wrong password, and the report says so without it', async () => {
    const auth = { kind: 'basic', user: username, password: 'wr0ng-s3cret' }
    const others = await makeHours({ airflow: { kind: 'airflow', url, auth } })
    const { diagnostics, tables } = await others.scan()
    expect(tables).toMatchObject([{ partitions: { added: 2 } }])
    expect(diagnostics.filter(({ code }) => code === 'SCHEDULER_NOT_TOLD')).toMatchObject([
      { message: expect.stringContaining('airflow: 2 of 2: ') },
    ])
    expect(JSON.stringify(diagnostics)).not.toContain('wr0ng-s3cret')
    await others.remove()
  })
})
