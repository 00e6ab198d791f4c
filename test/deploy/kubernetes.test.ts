import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configOf } from '../../shared/config/config.ts'
import { mode } from '../../shared/function/params.ts'
import { withExposure } from '../../shared/hosts/exposure.ts'
import { readEvent } from '../../shared/hosts/http/event.ts'
import type { DeliverySpec } from '../support/broker.ts'
import { func } from './kinds/func.ts'
import type { Container } from './kinds/pods.ts'
import { documents, filesOf, type Manifest, manifestsOf, schemaOf, typos } from './manifests.ts'

const FOLDERS = ['deploy/knative', 'deploy/kubernetes']
const MONITORING = 'deploy/monitoring/kubernetes'
const EXAMPLE = 'deploy/knative/overlays/example'

const manifests = [...FOLDERS, MONITORING].flatMap(manifestsOf)
const references = documents('deploy/knative/base/references.yaml')
const files = [...new Set(manifests.map(({ file }) => file))]
const titled = [...manifests, ...references].map(
  manifest => [`${manifest.file} ${manifest.content.kind ?? ''}`.trim(), manifest] as const,
)
const ofKind = (kind: string, apiVersion?: string): Manifest[] =>
  manifests.filter(
    ({ content }) => content.kind === kind && (apiVersion === undefined || content.apiVersion === apiVersion),
  )

/** Whatever is named `key`, at any depth. */
const all = (key: string, value: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, below]) => [
    ...(name === key ? [below] : []),
    ...all(key, below),
  ])
}

const containers = manifests
  .flatMap(manifest =>
    (all('containers', manifest.content) as Container[][]).flat().map(one => [manifest, one] as const),
  )
  .filter(([, { image }]) => image === 'goldsync')

describe('every file for Kubernetes', () => {
  it.each(titled)('%s has the fields of its kind', (_, manifest) => {
    expect(schemaOf(manifest).safeParse(manifest.content).error).toBeUndefined()
  })

  it.each(titled)('%s is refused with any key misspelt', (_, manifest) => {
    for (const [key, typo] of typos(manifest.content))
      expect(passes(manifest, typo as Manifest['content']), `${key} misspelt`).toBe(false)
  })

  it.each([...FOLDERS, MONITORING].flatMap(filesOf).filter(file => basename(file) === 'kustomization.yaml'))(
    '%s names each file beside it',
    file => {
      const {
        resources,
        patches = [],
        configurations = [],
        configMapGenerator = [],
      } = parse(readFileSync(file, 'utf8'))
      const named = [
        ...resources,
        ...configurations,
        ...patches.map(({ path }: { path: string }) => path),
        ...configMapGenerator.flatMap((one: { files: string[] }) => one.files),
      ].filter((path: string) => !path.startsWith('..'))
      const beside = filesOf(dirname(file)).filter(path => dirname(path) === dirname(file) && path !== file)
      expect(named.toSorted()).toEqual(beside.map(path => basename(path)).toSorted())
    },
  )

  function passes(manifest: Manifest, content: Manifest['content']): boolean {
    try {
      return schemaOf({ file: manifest.file, content }).safeParse(content).success
    } catch {
      return false
    }
  }
})

describe('func.yaml', () => {
  const content: unknown = parse(readFileSync('func.yaml', 'utf8'))

  it('has the fields of func', () => {
    expect(func.safeParse(content).error).toBeUndefined()
    for (const [key, typo] of typos(content))
      expect(func.safeParse(typo).success, `${key} misspelt`).toBe(false)
  })

  it('sets what the services of deploy/knative set', () => {
    const { run, deploy } = func.parse(content)
    const [{ env, resources, readinessProbe, livenessProbe } = {} as Container] = containers.map(
      ([, one]) => one,
    )
    expect(run.envs.map(({ name }) => name)).toEqual([...env!.map(({ name }) => name), undefined])
    expect(deploy.healthEndpoints).toEqual({
      liveness: livenessProbe!.httpGet.path,
      readiness: readinessProbe!.httpGet.path,
    })
    expect(deploy.options.resources.limits).toMatchObject(resources.limits)
  })
})

describe('what runs in the cluster', () => {
  it('refers to objects that are there', () => {
    const known = new Set(
      manifests.map(({ content }) => `${content.apiVersion} ${content.kind} ${content.metadata?.name}`),
    )
    const refs = manifests.flatMap(({ content }) => [...all('ref', content), ...all('subject', content)])
    for (const { apiVersion, kind, name } of refs as Manifest['content'][])
      expect(known).toContain(`${apiVersion} ${kind} ${name}`)
    for (const { content } of ofKind('Trigger').filter(({ content }) => content.spec))
      expect(known).toContain(`eventing.knative.dev/v1 Broker ${(content.spec as { broker: string }).broker}`)
    expect(refs.length).toBeGreaterThan(10)
  })

  it('is reached from outside only where it serves nothing but the webhook', () => {
    const services = ofKind('Service', 'serving.knative.dev/v1').filter(({ content }) => content.spec)
    const isLocal = ({ labels }: Manifest['content']['metadata']) =>
      labels?.['networking.knative.dev/visibility'] === 'cluster-local'
    const open = services.filter(({ content }) => !isLocal(content.metadata))
    expect(open.map(({ content }) => content.metadata.name)).toEqual(['goldsync-webhook'])
    for (const [{ content }, { env }] of containers) {
      const exposure = content.metadata.name === 'goldsync-webhook' ? 'public' : 'cluster-local'
      expect(env).toContainEqual({ name: 'GOLDSYNC_EXPOSURE', value: exposure })
    }
  })

  it('runs the same container everywhere, but for what it serves and how it is started', () => {
    const same = containers.map(
      ([, { command, env, ports, readinessProbe, livenessProbe, lifecycle, ...rest }]) => rest,
    )
    expect(same.length).toBe(5)
    for (const one of same) expect(one).toEqual(same[0])
  })

  it('is told to end once nobody is led to it any more, where the platform does not see to that', () => {
    const deployments = ofKind('Deployment').flatMap(({ content }) =>
      (all('containers', content) as Container[][]).flat(),
    )
    expect(deployments.map(({ lifecycle }) => lifecycle?.preStop.exec.command)).toEqual([['sleep', '5']])
    expect(
      deployments.every(({ readinessProbe }) => readinessProbe?.httpGet.path === '/health/readiness'),
    ).toBe(true)
  })

  it.each(FOLDERS)('is reached, in %s, by what its policies name alone', folder => {
    const within = manifestsOf(folder)
    const policies = within
      .filter(({ content }) => content.kind === 'NetworkPolicy')
      .map(({ content }) => content.spec as Policy)
      .filter(({ policyTypes }) => policyTypes.includes('Ingress'))
    const pods = within.flatMap(podLabels)
    expect(pods.length).toBeGreaterThan(2)
    for (const labels of pods)
      expect(
        policies.some(policy => selects(policy, labels)),
        JSON.stringify(labels),
      ).toBe(true)
    const admitted = policies.flatMap(({ ingress = [] }) => ingress)
    expect(admitted.length).toBeGreaterThan(0)
    for (const { from, ports } of admitted) expect([from.length > 0, ports.length > 0]).toEqual([true, true])
  })

  interface Policy {
    readonly policyTypes: readonly string[]
    readonly podSelector: {
      readonly matchLabels?: Readonly<Record<string, string>>
      readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[]
    }
    readonly ingress?: readonly { readonly from: readonly unknown[]; readonly ports: readonly unknown[] }[]
  }

  type Labels = Readonly<Record<string, string>>

  /** Of the pods of a manifest; Knative's carry the name of their service. */
  function podLabels({ content }: Manifest): Labels[] {
    if (content.apiVersion === 'serving.knative.dev/v1')
      return content.spec ? [{ 'serving.knative.dev/service': content.metadata.name }] : []
    if (content.kind !== 'Deployment' && content.kind !== 'CronJob') return []
    const templates = all('template', content) as { metadata?: { labels?: Labels } }[]
    return templates.map(({ metadata }) => metadata?.labels ?? {})
  }

  function selects(
    { podSelector: { matchLabels = {}, matchExpressions = [] } }: Policy,
    labels: Labels,
  ): boolean {
    const wanted = [
      ...Object.entries(matchLabels).map(([key, value]) => [key, [value]] as const),
      ...matchExpressions.map(({ key, values }) => [key, values] as const),
    ]
    return wanted.every(([key, values]) => values.includes(labels[key] ?? ''))
  }

  it('delivers each type of event to the function that its trigger names', () => {
    for (const { content } of ofKind('Trigger').filter(({ content }) => content.spec))
      for (const type of all('type', content) as string[])
        expect(`goldsync-${functionOf(type)}`, type).toBe(content.metadata.name)
  })

  const functionOf = (type: string): string =>
    readEvent(
      {
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/test',
        'ce-type': type,
        'content-type': 'application/json',
      },
      Buffer.from('{"path": "/golden/orders/a.parquet"}'),
    ).function

  it('repeats and parks a sync within the time of the scan that a broker may let wait for it', () => {
    const sync = ofKind('Trigger').find(({ content }) => content.metadata.name === 'goldsync-sync')!
    const { retry, backoffPolicy, backoffDelay } = (sync.content.spec as { delivery: DeliverySpec }).delivery
    expect([backoffPolicy, backoffDelay]).toEqual(['exponential', 'PT1S'])
    const pauses = 2 ** retry - 1
    const seconds = { connecting: 15, scan: 280 }
    expect(pauses + (retry + 1) * 2 * seconds.connecting).toBeLessThan(seconds.scan)
  })

  it('scans by timers, each in its mode', () => {
    const modes = ofKind('PingSource').map(({ content: { metadata, spec } }) => [
      metadata.name,
      mode.parse(JSON.parse((spec as { data: string }).data).mode),
    ])
    expect(modes).toEqual([
      ['goldsync-scan-recent', 'recent'],
      ['goldsync-scan-full', 'full'],
    ])
    for (const { content } of ofKind('CronJob'))
      expect(all('command', content).flat()).toContain(content.metadata.name.replace('goldsync-scan-', ''))
  })
})

describe('the example', () => {
  const { namespace, configMapGenerator } = documents(`${EXAMPLE}/kustomization.yaml`)[0]!
    .content as unknown as {
    namespace: string
    configMapGenerator: { name: string; files: string[] }[]
  }
  const text = readFileSync(`${EXAMPLE}/goldsync.yaml`, 'utf8')
  const secrets = [
    ...readFileSync(`${EXAMPLE}/kustomization.yaml`, 'utf8').matchAll(/--from-literal=(\w+)=/g),
  ]

  it('gives the config that the containers read, with every variable set', () => {
    const given = Object.fromEntries(
      secrets.map(([, name]) => [name, `whsec_${Buffer.alloc(32).toString('base64')}`]),
    )
    for (const GOLDSYNC_EXPOSURE of ['public', 'cluster-local']) {
      const config = withExposure(configOf(parse(text), 'goldsync.yaml', given), { GOLDSYNC_EXPOSURE })
      expect(config.server.exposure).toBe(GOLDSYNC_EXPOSURE)
    }
    const read = { name: configMapGenerator[0]?.name, key: configMapGenerator[0]?.files[0] }
    for (const [, { env }] of containers)
      expect(env).toContainEqual({ name: 'GOLDSYNC_CONFIG', valueFrom: { configMapKeyRef: read } })
  })

  it('lives in a namespace that admits restricted pods only', () => {
    expect(ofKind('Namespace').map(({ content }) => content.metadata)).toEqual([
      { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    ])
  })

  it.skipIf(spawnSync('kubectl', ['version', '--client']).status !== 0)(
    'is put together by kubectl, with its images and the name of its config in every place [needs kubectl]',
    () => {
      const built = execFileSync('kubectl', ['kustomize', EXAMPLE], { encoding: 'utf8' })
      const images = [...built.matchAll(/image: (.*)/g)].map(([, image]) => image)
      expect(images).toHaveLength(3)
      for (const image of images) expect(image).toContain('registry.example.com/')
      const configMap = /kind: ConfigMap\nmetadata:\n {2}name: (goldsync-\w+)/.exec(built)?.[1]
      expect([...built.matchAll(/key: goldsync.yaml\n\s+name: (.*)/g)].map(([, name]) => name)).toEqual([
        configMap,
        configMap,
      ])
    },
  )
})

it('no file is left out', () => {
  expect(files.length).toBeGreaterThan(20)
})
