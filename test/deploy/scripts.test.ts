import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Ended, runNode } from '../support/hosts.ts'

const OVERLAY = `
namespace: lake
images: [{ name: goldsync, newName: images.lake.test/goldsync, newTag: '1' }]
`
const CONFIG = `
lakes: [{ location: 'hdfs://datalake-vol/golden' }]
catalogs: { hive: { kind: metastore, uris: ['thrift://metastore:9083'] } }
webhook: { standard: ['\${GOLDSYNC_WEBHOOK_SECRET}'] }
`
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

describe('deploying', () => {
  let folder: string
  let env: NodeJS.ProcessEnv

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'goldsync-deploy-'))
    // A home without .wskprops, a PATH without tools.
    env = { HOME: folder, PATH: join(folder, 'bin') }
    write('overlay/kustomization.yaml', OVERLAY)
    write('goldsync.yaml', CONFIG)
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  function write(path: string, text: string): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    return join(folder, path)
  }

  /** Programs that write down how they are called. @param failing the one that fails */
  function install(tools: readonly string[], failing = ''): void {
    for (const tool of tools) {
      const log = `echo ${tool} "$@" >> ${folder}/calls; echo "$GOLDSYNC_CONFIG" > ${folder}/config`
      chmodSync(write(`bin/${tool}`, `#!/bin/sh\n${log}\n[ ${tool} != '${failing}' ]\n`), 0o755)
    }
  }

  const calls = (): string[] =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []

  const run = (script: string, ...args: string[]): Promise<Ended> =>
    runNode(['--import', 'tsx', `deploy/${script}.ts`, ...args], { env })

  const missing = ({ stderr }: Ended): string[] =>
    stderr.split('\n').filter(line => line.startsWith('missing: '))

  it('to Knative says all that is missing before it runs anything', async () => {
    install(['npm'])
    const ended = await run('knative', '--image', 'goldsync:1')
    expect(ended.status).toBe(1)
    expect(missing(ended).map(line => line.split(' ')[1])).toEqual(['kubectl', 'kn', 'docker', '--overlay'])
    expect(calls()).toEqual([])
  })

  it('to Knative refuses the example as it stands', async () => {
    install(['kubectl', 'kn'])
    const ended = await run('knative', '--overlay', 'deploy/knative/overlays/example')
    expect(ended).toMatchObject({ status: 1, stdout: '' })
    expect(ended.stderr).toContain('registry.example.com/goldsync is an example')
  })

  it('to Knative builds and pushes the image, applies the overlay and shows the services', async () => {
    install(['npm', 'podman', 'kubectl', 'kn'])
    const overlay = join(folder, 'overlay')
    const args = ['--overlay', overlay, '--image', 'images.lake.test/goldsync:1']
    const expected = [
      'npm run build server cli',
      'podman build -f deploy/image/Containerfile -t images.lake.test/goldsync:1 .',
      'podman push images.lake.test/goldsync:1',
      `kubectl apply -k ${overlay}`,
      'kubectl wait --for=condition=Ready ksvc --all -n lake --timeout=120s',
      'kn service list -n lake',
    ]
    const shown = await run('knative', ...args, '--dry-run')
    expect(shown).toMatchObject({ status: 0, stdout: `${expected.join('\n')}\n` })
    expect(calls()).toEqual([])
    expect((await run('knative', ...args)).status).toBe(0)
    expect(calls()).toEqual(expected)
  })

  it('to Knative stops at the first command that fails', async () => {
    install(['npm', 'podman', 'kubectl', 'kn'], 'kubectl')
    const ended = await run('knative', '--overlay', join(folder, 'overlay'))
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('kubectl failed with exit status 1')
    expect(calls()).toHaveLength(1)
  })

  it('to Knative can be left to func', async () => {
    install(['func'])
    expect(missing(await run('knative', '--func'))).toHaveLength(1)
    env.FUNC_REGISTRY = 'images.lake.test'
    expect((await run('knative', '--func')).status).toBe(0)
    expect(calls()).toEqual(['func deploy'])
  })

  it('to OpenWhisk says all that is missing, and which variables of the config the actions would not see', async () => {
    env.TRINO_PASSWORD = 'secret'
    const config = write(
      'trino.yaml',
      `${CONFIG}engines: { trino: { kind: trino, url: 'https://trino', catalog: hive, password: '\${TRINO_PASSWORD}' } }\n`,
    )
    const ended = await run('openwhisk', '--config', config)
    expect(ended.status).toBe(1)
    expect(missing(ended).map(line => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'wskdeploy on the',
      'wsk on the',
      'the environment variable',
      'a line under',
      'a config that',
      `${join(folder, '.wskprops:')} wsk property`,
    ])
    // It is set; what the actions lack is its line.
    expect(ended.stderr).toContain(
      'a line under `inputs` of openwhisk.yaml: TRINO_PASSWORD: "${TRINO_PASSWORD}"',
    )
    expect(ended.stderr).not.toContain('TRINO_PASSWORD is not set')
    expect(ended.stderr).not.toContain('secret')
  })

  it.each([
    ['that is not there', 'nosuch.yaml', undefined],
    ['that is no file', 'overlay', undefined],
    ['that is no YAML', 'broken.yaml', 'lakes: ['],
  ])('to OpenWhisk with a config %s says so, with all else that is missing', async (_, name, text) => {
    if (text !== undefined) write(name, text)
    const ended = await run('openwhisk', '--config', join(folder, name))
    expect([ended.status, ended.stdout]).toEqual([1, ''])
    expect(ended.stderr).toMatch(/missing: a config that can be read: .*(nosuch|overlay|broken|EISDIR)/)
    expect(missing(ended)).toHaveLength(5)
    expect(ended.stderr).not.toContain('    at ')
  })

  it('to Knative shows the namespace of an overlay that is not ready, too', async () => {
    const example = await run('knative', '--overlay', 'deploy/knative/overlays/example', '--dry-run')
    expect(example.stdout).toContain('kubectl wait --for=condition=Ready ksvc --all -n goldsync')
  })

  it.each([
    ['that names none', 'bare/kustomization.yaml', 'resources: [../overlay]\n'],
    ['that is not there', 'other/file', ''],
  ])('to Knative leaves the namespace of an overlay %s to kubectl, as apply does', async (_, path, text) => {
    const overlay = dirname(write(path, text))
    const { stdout } = await run('knative', '--overlay', overlay, '--dry-run')
    expect(stdout).toContain('ksvc --all --timeout')
    expect(stdout).not.toContain('-n ')
  })

  it.each(['Kustomization'])('to Knative takes an overlay by %s', async name => {
    const overlay = dirname(write(`named/${name}`, OVERLAY))
    expect((await run('knative', '--overlay', overlay, '--dry-run')).stdout).toContain('-n lake')
  })

  it.each([
    ['is no YAML', 'namespace: [lake\n'],
    ['is empty', ''],
    ['has a namespace that is none', 'namespace: {name: lake}\n'],
  ])('to Knative with an overlay whose file %s says so', async (_, text) => {
    install(['kubectl', 'kn'])
    const overlay = dirname(write('broken/kustomization.yaml', text))
    const ended = await run('knative', '--overlay', overlay)
    expect(ended.status).toBe(1)
    expect(missing(ended)).toEqual([expect.stringMatching(/kustomization.yaml that can be read: ./)])
    expect(ended.stderr).not.toContain('    at ')
    expect(calls()).toEqual([])
  })

  it('to Knative with a folder for its file says so', async () => {
    mkdirSync(join(folder, 'strange/kustomization.yaml'), { recursive: true })
    const ended = await run('knative', '--overlay', join(folder, 'strange'))
    expect(ended.stderr).toMatch(/kustomization.yaml that can be read: .*EISDIR/)
  })

  it.each([
    ['openwhisk', '--confg', 'x'],
    ['knative', '--overlay'],
    ['release', '--versoin', '1.0.0'],
    ['build', 'nosuch'],
  ])('by %s with %s is a usage error, without a stack', async (script, ...args) => {
    const ended = await run(script, ...args)
    expect([ended.status, ended.stdout]).toEqual([64, ''])
    expect(ended.stderr).toMatch(/there are: /)
    expect(ended.stderr).not.toContain('    at ')
  })

  it.each([
    ['is no YAML', 'packages: [\n'],
    ['is not there', undefined],
  ])('to OpenWhisk with a manifest that %s says so, with all else that is missing', async (_, text) => {
    if (text !== undefined) write('openwhisk.yaml', text)
    const tsx = import.meta.resolve('tsx')
    const args = ['--import', tsx, `${process.cwd()}/deploy/openwhisk.ts`, '--config', 'goldsync.yaml']
    const ended = await runNode(args, { env, cwd: folder })
    expect([ended.status, ended.stdout]).toEqual([1, ''])
    expect(ended.stderr).toContain('missing: openwhisk.yaml that can be read: ')
    expect(missing(ended)).toHaveLength(4)
    expect(ended.stderr).not.toContain('    at ')
  })

  it.each(['', 'lakes: []\n'])('to OpenWhisk with a config that is none says so: %j', async text => {
    install(['npm', 'wskdeploy', 'wsk'])
    write('.wskprops', 'APIHOST=localhost\n')
    env.GOLDSYNC_WEBHOOK_SECRET = SECRET
    const ended = await run('openwhisk', '--config', write('wrong.yaml', text))
    expect([ended.status, ended.stdout, calls()]).toEqual([1, '', []])
    expect(missing(ended)).toEqual([expect.stringMatching(/^missing: a config that the actions can read: ./)])
    expect(ended.stderr).not.toContain('    at ')
  })

  it('says by which signal a command was ended', async () => {
    install(['kubectl', 'kn'])
    chmodSync(write('bin/kubectl', '#!/bin/sh\nkill -KILL $$\n'), 0o755)
    const ended = await run('knative', '--overlay', join(folder, 'overlay'))
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining('kubectl was ended by SIGKILL')])
  })

  it('says that a command cannot be run', async () => {
    install(['kubectl', 'kn'])
    chmodSync(write('bin/kubectl', '#!/no/such/shell\n'), 0o755)
    const ended = await run('knative', '--overlay', join(folder, 'overlay'))
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringMatching(/kubectl failed: .*ENOENT/)])
  })

  it('of a release says which tools are missing', async () => {
    const ended = await run('release', '--dry-run')
    expect(ended.status).toBe(1)
    expect(missing(ended).map(line => line.split(' ')[1])).toEqual(['git', 'npm'])
  })

  it('to OpenWhisk hands the config to wskdeploy as one line of JSON', async () => {
    install(['npm', 'wskdeploy', 'wsk'])
    write('.wskprops', 'APIHOST=localhost\n')
    env.GOLDSYNC_WEBHOOK_SECRET = SECRET
    const ended = await run('openwhisk', '--config', join(folder, 'goldsync.yaml'))
    expect(ended).toMatchObject({ status: 0 })
    expect(calls()).toEqual([
      'npm run build openwhisk',
      'wsk trigger get every-5-minutes',
      'wsk trigger get every-night',
      'wskdeploy -m openwhisk.yaml',
      'wsk action get goldsync/file-closed --url',
    ])
    const given = readFileSync(join(folder, 'config'), 'utf8')
    expect(given.split('\n')).toHaveLength(2)
    expect(JSON.parse(given)).toMatchObject({ webhook: { standard: ['${GOLDSYNC_WEBHOOK_SECRET}'] } })
  })

  it('to OpenWhisk leaves alarms that are there as they are written, and makes others anew', async () => {
    install(['npm', 'wskdeploy', 'wsk'])
    write('.wskprops', 'APIHOST=localhost\n')
    env.GOLDSYNC_WEBHOOK_SECRET = SECRET
    const alarm = (config: object, active = true) =>
      `ok: invoked /whisk.system/alarms/alarm with id 1\n${JSON.stringify({ response: { result: { config, status: { active } } } }, null, 4)}\n`
    write('every-5-minutes', alarm({ cron: '*/5 * * * *', timezone: 'UTC', payload: { mode: 'recent' } }))
    write('every-night', alarm({ cron: '17 4 * * *', timezone: 'UTC', payload: { mode: 'full' } }))
    const answer = `[ "$1" = trigger ] && cat ${folder}/$3`
    chmodSync(write('bin/wsk', `#!/bin/sh\necho wsk "$@" >> ${folder}/calls\n${answer}\nexit 0\n`), 0o755)
    const copy = `[ "$1" = -m ] && cat "$2" > ${folder}/deployed`
    chmodSync(write('bin/wskdeploy', `#!/bin/sh\necho wskdeploy "$@" >> ${folder}/calls\n${copy}\n`), 0o755)
    env.PATH = `${env.PATH}:/usr/bin:/bin`
    const ended = await run('openwhisk', '--config', join(folder, 'goldsync.yaml'))
    expect(ended).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('left as they are: every-5-minutes\n'),
    })
    expect(calls()).toContain('wskdeploy -m dist/openwhisk.yaml')
    const { packages } = parse(readFileSync(join(folder, 'deployed'), 'utf8'))
    expect(Object.keys(packages.goldsync.triggers)).toEqual(['every-night'])
    expect(Object.keys(packages.goldsync.rules)).toEqual(['scan-every-5-minutes', 'scan-every-night'])
    expect(packages.goldsync.actions.scan.function).toBe('openwhisk/goldsync.zip')
    expect(packages.goldsync.inputs.GOLDSYNC_CONFIG).toBe('${GOLDSYNC_CONFIG}')
  })
})
