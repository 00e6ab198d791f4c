/**
 * The commands of README and docs/deploy that call functions, as they stand, run by a shell: `curl` for itself; for `wsk`, `kn` and `func`
 * small programs that send what those send (test/support/cli). Only the server's address is another.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { functionNames } from '../../shared/hosts/registry.ts'
import { type Listening, makeLake, startServer } from '../support/hosts.ts'
import { deployManifest } from '../support/openwhisk/deploy.ts'
import { openPlatform, type Platform } from '../support/openwhisk/platform.ts'
import { shipped } from '../support/shipped.ts'
import { WEBHOOK_SECRET } from '../support/sign.ts'

const run = promisify(execFile)

const PAGES = ['README.md', 'docs/deploy/openwhisk.md', 'docs/deploy/knative.md']
const ADDRESS = /http:\/\/(localhost:8080|goldsync\.goldsync\.svc\.cluster\.local)/
const CALL = /^(wsk (action invoke|trigger|activation)|kn event|func invoke|curl) /

const commandsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter(line => CALL.test(line))

describe('the commands that call functions', () => {
  let server: Listening
  let platform: Platform
  let folder: string
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'goldsync-calls-'))
    const lakes = [
      { location: await makeLake(), formerLocations: ['hdfs://datalake-vol/golden'], createDatabase: true },
    ]
    const GOLDSYNC_CONFIG = JSON.stringify({ lakes, catalogs: { memory: { kind: 'memory' } } })
    server = await startServer(await shipped('server'), { GOLDSYNC_CONFIG })
    platform = await openPlatform()
    const zip = await shipped('openwhisk')
    await deployManifest(platform, zip, { GOLDSYNC_CONFIG, GOLDSYNC_WEBHOOK_SECRET: WEBHOOK_SECRET })
    const WSK_CONFIG_FILE = join(folder, '.wskprops')
    await writeFile(WSK_CONFIG_FILE, `APIHOST=${platform.url}\nAUTH=${platform.apiKey}\n`)
    for (const tool of ['wsk', 'kn', 'func']) await play(tool)
    env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, WSK_CONFIG_FILE }
  })

  afterAll(async () => {
    await Promise.all([server.stop(), platform.close()])
    await rm(folder, { recursive: true })
  })

  const play = (tool: string): Promise<void> =>
    writeFile(
      join(folder, tool),
      `#!/bin/sh\nexec ${process.execPath} ${resolve('test/support/cli', `${tool}.mjs`)} "$@"\n`,
      { mode: 0o755 },
    )

  it.each(PAGES.flatMap(page => commandsOf(page).map(command => [page, command])))(
    '%s: %s',
    async (_, command) => {
      const here = command.replace(ADDRESS, server.url)
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here], { env })
      if (stdout.startsWith('{')) expect(JSON.parse(stdout)).toMatchObject({ status: 'ok' })
      else expect(stdout).not.toContain('error')
    },
  )

  it('reach each function on both platforms, and none fails', async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    const runs = [...metrics.matchAll(/goldsync_runs_total\{function="(.*)",status="(.*)"\} [1-9]/g)]
    expect(new Set(runs.map(([, name]) => name))).toEqual(new Set(functionNames))
    expect(new Set(runs.map(([, , status]) => status))).toEqual(new Set(['ok']))
    const actions = new Set(platform.activations.map(({ name }) => name.replace('goldsync/', '')))
    expect(actions).toEqual(new Set(functionNames))
    expect(platform.activations.filter(({ response }) => !response.success)).toEqual([])
  })

  it('are in the README: one for each function and tool', () => {
    const calls = commandsOf('README.md')
    for (const name of functionNames) {
      expect(calls).toContainEqual(expect.stringMatching(new RegExp(`^wsk .*goldsync/${name} `)))
      expect(calls).toContainEqual(expect.stringMatching(new RegExp(`^curl .*/invoke/${name} `)))
    }
    expect(calls.filter(call => /^(kn|func) /.test(call))).toHaveLength(functionNames.length)
  })
})
