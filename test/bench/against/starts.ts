/** Starts of what is shipped against a bare server and an empty action, by two builds. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zip } from '../../../deploy/zip.ts'
import { initialized, openContainer, startServer } from '../../support/hosts.ts'
import { contest, median, type Result, time } from '../measure.ts'
import { NO_CERTIFICATES, startBare, untilAnswered } from '../process.ts'
import { BASELINE, type Build, OURS } from './builds.ts'

const BARE = 'a bare server of Node'
const EMPTY = 'an empty action'

export async function starts(builds: readonly Build[], runs: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-bench-'))
  const config = { lakes: [{ location: folder }], catalogs: { memory: { kind: 'memory' } } }
  const env = { ...NO_CERTIFICATES, GOLDSYNC_CONFIG: JSON.stringify(config) }
  const servers: Record<string, () => Promise<number>> = {
    [BARE]: () => untilAnswered(startBare),
  }
  const actions: Record<string, () => Promise<number>> = {
    [EMPTY]: () => untilRun(emptyAction(), env),
  }
  for (const build of builds) {
    const server = await build.folder('server')
    servers[build.name] = () => untilAnswered(() => startServer(server, env))
    const code = (await readFile(join(await build.folder('openwhisk'), 'goldsync.zip'))).toString('base64')
    actions[build.name] = () => untilRun(code, env)
  }
  const started = await contest(runs, servers)
  const activated = await contest(runs, actions)
  await rm(folder, { recursive: true })
  const of = (values: ReadonlyMap<string, readonly number[]>, name: string) => median(values.get(name) ?? [])
  return {
    bench: 'against-starts',
    title: 'Starts, two builds',
    rows: [
      ...[...started].map(([name, values]) => ({
        name: `${name}: start → first 200`,
        unit: 'ms' as const,
        values,
      })),
      ...[...activated].map(([name, values]) => ({
        name: `${name}: /init and first /run`,
        unit: 'ms' as const,
        values,
      })),
    ],
    notes: [],
    targets: [
      {
        what: 'start → first 200, × a bare server',
        measured: of(started, OURS) / of(started, BARE),
        most: 1.35,
      },
      { what: 'the same, × baseline', measured: of(started, OURS) / of(started, BASELINE), most: 1 },
      {
        what: '/init and first /run, × an empty action',
        measured: of(activated, OURS) / of(activated, EMPTY),
        most: 1.5,
      },
    ],
  }
}

const emptyAction = (): string =>
  zip([
    { name: 'package.json', content: Buffer.from('{"name":"empty","main":"index.js"}') },
    { name: 'index.js', content: Buffer.from('exports.status = async () => ({})') },
  ]).toString('base64')

/** The container starts before it is timed: that is the platform's. */
async function untilRun(code: string, env: NodeJS.ProcessEnv): Promise<number> {
  const container = await openContainer()
  const took = await time(async () => (await initialized(container, code, 'status', env)).run({}))
  await container.stop('SIGKILL')
  return took
}
