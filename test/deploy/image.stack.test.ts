/**
 * What deploy/image/Containerfile says, without a container engine: its files in a read-only tree, run by its command as its
 * user. What this cannot show is that the base image has what is expected of it.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, startNode } from '../support/hosts.ts'
import { shipped } from '../support/shipped.ts'
import { signed, WEBHOOK_SECRET } from '../support/sign.ts'
import { manifestsOf } from './manifests.ts'

const BASE = '${BASE}'

const CONFIG = `
lakes: [{ location: hdfs://nobody.invalid/golden }]
catalogs: { hive: { kind: metastore, uris: ['thrift://nobody.invalid:9083'] } }
webhook: { standard: ["\${GOLDSYNC_WEBHOOK_SECRET}"] }
`

/** Each with its arguments. */
const all = readFileSync('deploy/image/Containerfile', 'utf8')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter(line => /^[A-Z]/.test(line))
  .map(line => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const)
/** Of the image itself: what stages before it are for is copied from them. */
const instructions = all.slice(all.findLastIndex(([instruction]) => instruction === 'FROM'))

const argumentsOf = (name: string): string[] =>
  instructions.filter(([instruction]) => instruction === name).map(([, argument]) => argument)
const [workdir = '', [user = '', group = ''] = []] = [
  argumentsOf('WORKDIR')[0],
  argumentsOf('USER')[0]?.split(':'),
]
const variables = argumentsOf('ENV').flatMap(pairs =>
  pairs.split(' ').map(pair => pair.split('=') as [string, string]),
)

describe('the container image', () => {
  const root = mkdtempSync(join(tmpdir(), 'goldsync-image-'))
  const inRoot = (path: string): string => (path.startsWith('/') ? join(root, path) : path)

  beforeAll(async () => {
    const built: Record<string, string> = {
      'dist/server': await shipped('server'),
      'dist/cli': await shipped('cli'),
    }
    for (const copy of argumentsOf('COPY')) {
      const [target = '', ...sources] = copy
        .replace(/^--from=\w+ \/build\//, '')
        .split(' ')
        .reverse()
      for (const source of sources) {
        const to = inRoot(target.endsWith('/') ? join(target, basename(source)) : target)
        mkdirSync(dirname(to), { recursive: true })
        cpSync(built[source] ?? source, to, { recursive: true })
      }
    }
    mkdirSync(inRoot(workdir), { recursive: true })
    execFileSync('chmod', ['-R', 'a=rX', root])
  })

  afterAll(() => {
    execFileSync('chmod', ['-R', 'u+w', root])
    rmSync(root, { recursive: true })
  })

  /** Only root may change to the image's user; for others the tree is read-only all the same. */
  function start(command: readonly string[], exposure: string): Promise<Listening> {
    const [node, ...args] = command.map(inRoot)
    expect(node).toBe('node')
    const identity =
      process.getuid?.() === 0
        ? `process.setgroups([]); process.setgid(${group}); process.setuid(${user});`
        : ''
    const script = `${identity} process.chdir(${JSON.stringify(inRoot(workdir))}); process.argv.splice(1, 0, ...${JSON.stringify(args)}); await import(process.argv[1])`
    return startNode(
      ['--input-type=module', '--eval', script],
      line => (line.includes('"serving"') ? (JSON.parse(line) as { port: number }).port : undefined),
      {
        ...process.env,
        ...Object.fromEntries(variables),
        PORT: '0',
        GOLDSYNC_CONFIG: CONFIG,
        GOLDSYNC_EXPOSURE: exposure,
        GOLDSYNC_WEBHOOK_SECRET: WEBHOOK_SECRET,
      },
    )
  }

  const command = JSON.parse(argumentsOf('CMD')[0] ?? '[]') as string[]
  const containers = JSON.stringify(['deploy/knative', 'deploy/kubernetes'].flatMap(manifestsOf))

  it('listens where the manifests look for it, as a user that is not root', () => {
    expect(Number(user)).toBeGreaterThan(0)
    expect(containers).toContain(`"runAsUser":${user}`)
    expect(new Set(containers.match(/"containerPort":\d+/g))).toEqual(
      new Set([`"containerPort":${argumentsOf('EXPOSE')[0]}`]),
    )
    expect(Object.fromEntries(variables).PORT).toBe(argumentsOf('EXPOSE')[0])
  })

  it.each(['public', 'cluster-local'])('serves what a %s service should, and no more', async exposure => {
    const server = await start(command, exposure)
    const status = async (path: string, init: RequestInit = {}) =>
      (await fetch(server.url + path, init)).status
    for (const path of new Set(
      [...containers.matchAll(/"path":"(\/health\/\w+)"/g)].map(([, path = '']) => path),
    ))
      expect(await status(path), path).toBe(200)
    const isPublic = exposure === 'public'
    expect(await status('/metrics')).toBe(isPublic ? 422 : 200)
    const headers = { 'content-type': 'application/json' }
    const asked = { method: 'POST', headers, body: '{"mode": 1}' }
    expect(await status('/invoke/scan', asked)).toBe(422)
    const answer = await fetch(`${server.url}/invoke/scan`, asked)
    expect(await answer.text()).toContain(isPublic ? 'nothing is served' : 'mode')
    expect(await status('/webhook', { method: 'POST', body: '{}' })).toBe(401)
    expect(await status('/webhook', signed('{}'))).toBe(422)
    expect(await server.stop()).toBe(0)
  })

  it('is made of one base, which can be pinned, and of what the lock file names', () => {
    const bases = all.filter(([instruction]) => instruction === 'FROM').map(([, base]) => base.split(' ')[0])
    expect(new Set(bases)).toEqual(new Set([BASE]))
    expect(all[0]).toEqual(['ARG', expect.stringMatching(/^BASE=node:\d+-\w+-slim$/)])
    const ignored = readFileSync('deploy/image/Containerfile.dockerignore', 'utf8').split('\n')
    for (const [, copy] of all.filter(([name, text]) => name === 'COPY' && !text.startsWith('--from')))
      for (const source of copy.split(' ').slice(0, -1)) expect(ignored).toContain(`!${source}`)
  })

  it('has the package kerberos where the bundles look for it, with its licence', () => {
    for (const bundle of argumentsOf('COPY').filter(copy => copy.startsWith('dist/'))) {
      const { resolve } = createRequire(join(inRoot(bundle.split(' ')[1] ?? ''), 'main.mjs'))
      expect(resolve('kerberos')).toBe(inRoot('/app/node_modules/kerberos/lib/index.js'))
    }
    expect(existsSync(inRoot('/app/node_modules/kerberos/LICENSE'))).toBe(true)
    expect(argumentsOf('RUN').join()).toContain('libgssapi-krb5-2')
  })

  it('has the command line that the CronJobs call', () => {
    const scans = manifestsOf('deploy/kubernetes').flatMap(({ content }) =>
      [...JSON.stringify(content).matchAll(/"command":(\["node"[^\]]*\])/g)].map(
        ([, text = '']) => JSON.parse(text) as string[],
      ),
    )
    expect(scans).toHaveLength(2)
    for (const [, script = '', ...args] of scans) {
      const help = execFileSync(process.execPath, [inRoot(script), ...args, '--help'], { encoding: 'utf8' })
      expect(help).toContain('Usage: goldsync scan')
    }
  })
})
