/** f, g. What processes cost: memory of a first sync and of a large footer, cold starts, sizes of what is deployed. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { metastoreConfig } from '../support/golden-zone.ts'
import { hdfs } from '../support/hdfs.ts'
import { build, startServer } from '../support/hosts.ts'
import { hiveRows } from '../support/sql.ts'
import { stack } from '../support/stack.ts'
import { median, type Result, time } from './measure.ts'
import { fill, hours, POSITIONAL } from './zone.ts'

const run = promisify(execFile)

export async function coldStart(runs: number): Promise<Result> {
  const folder = await build('server', 'bench')
  const lakes = [{ location: process.cwd() }]
  const env = { GOLDSYNC_CONFIG: JSON.stringify({ lakes, catalogs: { memory: { kind: 'memory' } } }) }
  const values: number[] = []
  for (let at = 0; at < runs * 2; at += 1) {
    const took = await time(async () => {
      const server = await startServer(folder, env)
      await fetch(`${server.url}/health/ready`)
      void server.stop('SIGKILL')
    })
    values.push(took)
  }
  const zip = await stat(`${await build('openwhisk', 'bench')}/goldsync.zip`)
  return {
    bench: 'cold-start',
    title: 'Cold start of the server',
    rows: [{ name: 'process start → first 200', unit: 'ms', values }],
    notes: [
      `median ${median(values).toFixed(0)} ms, least ${Math.min(...values).toFixed(0)} ms (budget 130)`,
      `the OpenWhisk zip has ${Math.round(zip.size / 1024)} KB (budget 1 MB)`,
    ],
  }
}

/** Peak memory of the command line over a lake of `count` partitions, first sync. */
export async function memory(count: number): Promise<Result> {
  const root = `/golden/bench_memory_${count}`
  const database = `bench_memory_${count}`
  await hiveRows(`DROP DATABASE IF EXISTS ${database} CASCADE`)
  await fill(root, 'orders', hours(POSITIONAL, count))
  const cli = `${await build('cli', 'bench')}/goldsync.mjs`
  const config = {
    lakes: [
      {
        location: hdfs.location(root),
        database,
        createDatabase: true,
        storage: { namenodes: [new URL(stack.hdfs.webhdfs).origin], user: stack.hdfs.superuser },
      },
    ],
    catalogs: { hive: metastoreConfig('metastore') },
    log: { level: 'error' },
  }
  const peaks: number[] = []
  for (const mode of ['full', 'recent']) {
    const script = `process.argv.splice(1, 0, ''); process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS)); await import(${JSON.stringify(new URL(`file://${process.cwd()}/${cli}`).href)})`
    const { stderr } = await run(
      process.execPath,
      ['--input-type=module', '-e', script, 'scan', '--mode', mode, '--json'],
      { env: { ...process.env, GOLDSYNC_CONFIG: JSON.stringify(config) }, maxBuffer: 1 << 28 },
    )
    peaks.push(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024)
  }
  await hiveRows(`DROP DATABASE ${database} CASCADE`)
  await hdfs.rm(root)
  const [first, recent] = peaks as [number, number]
  return {
    bench: 'memory',
    title: `Peak memory at ${count.toLocaleString('en-US')} partitions`,
    rows: [
      { name: 'first sync', unit: 'MB', values: [first] },
      { name: 'recent scan after it', unit: 'MB', values: [recent] },
    ],
    notes: [`first sync ${first.toFixed(0)} MB, recent scan ${recent.toFixed(0)} MB (budget 200 at 100,000)`],
  }
}
