/** The recipes of docs/sinks.md that wait for an hour, as they stand: what each makes of a good hour, and of those that cannot be queried. */
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, lay, makeLake, startServer } from '../support/hosts.ts'
import { hadoopJdk } from '../support/java.ts'
import { shipped } from '../support/shipped.ts'

const run = promisify(execFile)

/** RECIPES_PYTHON: one with Airflow or Dagster in it; else stand-ins play them. */
const PYTHON = process.env.RECIPES_PYTHON ?? 'python3'

const page = readFileSync('docs/sinks.md', 'utf8')
const codeOf = (title: string, language: string): string =>
  new RegExp(`\n## ${title}\n[^]*?\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1] ?? ''

const DAY = '2026/11/20'
const HOURS = [
  ['good', '06', true],
  ['held', '08', false],
  ['truncated', '09', false],
  ['empty', '10', false],
  ['absent', '11', false],
] as const

interface Told {
  readonly ok: boolean
  readonly said: string
}

let server: Listening
let lake: string
let folder: string
beforeAll(async () => {
  lake = await makeLake()
  folder = await mkdtemp(join(tmpdir(), 'goldsync-recipes-'))
  await lay(lake, 'orders/wrong.parquet', `orders/${DAY}/08/part-0.parquet`)
  await lay(lake, 'orders/v1.parquet', `orders/${DAY}/09/part-0.parquet`)
  await truncate(join(lake, `orders/${DAY}/09/part-0.parquet`), 400)
  await mkdir(join(lake, `orders/${DAY}/10`))
  const config = {
    lakes: [{ location: lake, createDatabase: true }],
    catalogs: { memory: { kind: 'memory' } },
  }
  server = await startServer(await shipped('server'), { GOLDSYNC_CONFIG: JSON.stringify(config) })
  await fetch(`${server.url}/invoke/scan`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
})
afterAll(async () => {
  await server.stop()
  await Promise.all([lake, folder].map(path => rm(path, { recursive: true })))
})

async function python(recipe: string, code: string, hour: string): Promise<Told> {
  const child = spawn(PYTHON, ['-B', 'test/support/recipes.py'], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ recipe, code, url: server.url, hour: `${DAY}/${hour}` }))
  return JSON.parse((await text(child.stdout)).trim().split('\n').at(-1) ?? '') as Told
}

/** @returns whether the command ends with 0 */
const succeeds = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Told> =>
  run(file, args, { env: { ...process.env, ...env } }).then(
    () => ({ ok: true, said: '' }),
    (error: { stdout?: string; stderr?: string }) => ({ ok: false, said: `${error.stdout}${error.stderr}` }),
  )

async function flink(hour: string): Promise<Told> {
  const source = join(folder, 'CommitPolicy.java')
  await cp('test/support/CommitPolicy.java', source)
  await writeFile(source, `${readFileSync(source, 'utf8')}\n${codeOf('Flink', 'java')}`)
  const env = { GOLDSYNC_URL: server.url }
  return succeeds(join(hadoopJdk(), 'bin/java'), [source, ...DAY.split('/'), hour], env)
}

const curl = (hour: string): Promise<Told> => {
  const body = JSON.stringify({ table: 'orders', partitions: [`${DAY}/${hour}`], require: true })
  return succeeds('curl', ['-sS', '--fail-with-body', `${server.url}/invoke/sync`, '--json', body])
}

const RECIPES: readonly (readonly [string, (hour: string) => Promise<Told>])[] = [
  ['Airflow', hour => python('airflow', codeOf('Airflow', 'python'), hour)],
  ['Dagster', hour => python('dagster', codeOf('Dagster', 'python'), hour)],
  ['Spark', hour => python('spark', codeOf('Spark', 'python'), hour)],
  ['Flink', flink],
  ['curl', curl],
]

describe.each(RECIPES)('the recipe for %s', (_, passes) => {
  it.each(HOURS)('says of a %s hour whether it can be queried', async (_kind, hour, expected) => {
    const { ok, said } = await passes(hour)
    expect([ok, said]).toEqual([
      expected,
      expected ? '' : expect.stringMatching(/424|cannot be queried|materialized/),
    ])
  })
})
