/** The commands of docs/webhook.md, as they stand, against a server with a real lake. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { type RunningServer, startServer } from '../../shared/hosts/http/server.ts'
import { makeLake } from '../support/hosts.ts'

const run = promisify(execFile)

const page = readFileSync('docs/webhook.md', 'utf8')
/** The section that a command is in, the command, and the answer below it. */
const commands = [...page.matchAll(/```sh\n(.*?)```(?:\n```json\n(.*?)```)?/gs)].map(match => ({
  section: /^#+ (.*)$/m.exec(page.slice(page.lastIndexOf('\n#', match.index) + 1))![1]!,
  command: match[1]!,
  answer: match[2],
}))

const SECRETS = {
  SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  GITHUB_SECRET: 'a-secret-of-some-length',
  TOKEN: 'a-token-of-some-length',
  PATH_TOKEN: 'a-token-of-32-letters_and-digits-at-least',
}

describe('docs/webhook.md', () => {
  let server: RunningServer
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    const config = {
      lakes: [
        {
          location: await makeLake(),
          formerLocations: ['hdfs://golden', 's3://golden'],
          createDatabase: true,
        },
      ],
      catalogs: { memory: { kind: 'memory' } },
      webhook: {
        standard: [SECRETS.SECRET],
        github: [SECRETS.GITHUB_SECRET],
        bearer: [SECRETS.TOKEN],
        pathToken: [SECRETS.PATH_TOKEN],
      },
    }
    const context = { config: configOf(config, 'x', {}), log: openLog('silent') }
    server = await startServer(context, { port: 0 })
    const SERVICE = `http://127.0.0.1:${server.port}`
    env = { ...process.env, ...SECRETS, SERVICE, WEBHOOK: `${SERVICE}/webhook` }
  })
  afterAll(() => server.drain())

  it.each(commands)('$section: every file is registered', async ({ command, answer }) => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', command], { env })
    const said: unknown = JSON.parse(stdout)
    if (answer) expect([said], stdout).toMatchObject([JSON.parse(answer)])
    if (said === 200) return
    const { status, report } = said as { status: string; report: { files: { outcome: string }[] } }
    expect(status, stdout).toBe('ok')
    expect(new Set(report.files.map(({ outcome }) => outcome))).toEqual(new Set(['registered']))
  })

  it('has a command for each format', () => {
    expect(commands.length).toBeGreaterThanOrEqual(9)
  })
})
