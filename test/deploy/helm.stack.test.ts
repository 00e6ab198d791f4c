import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { configOf } from '../../shared/config/config.ts'
import { readRules } from '../support/monitoring.ts'
import { describeStack, stack } from '../support/stack.ts'
import { helmSchemaOf } from './kinds/helm.ts'
import type { Manifest } from './manifests.ts'

const CHART = 'deploy/helm/goldsync'
const NAME = 'lake-goldsync'

const CONFIG = {
  lakes: [{ location: 'hdfs://datalake-vol/golden', storage: { user: 'goldsync' } }],
  catalogs: { hive: { kind: 'metastore', uris: ['thrift://metastore.example.com:9083'] } },
}

type Texts = Readonly<Record<string, string>>

interface Template {
  readonly metadata: { readonly labels: Texts; readonly annotations: Texts }
  readonly spec: {
    readonly automountServiceAccountToken: boolean
    readonly volumes: unknown
    readonly containers: readonly [
      {
        readonly command: readonly string[]
        readonly env: readonly { readonly name: string; readonly value?: string }[]
        readonly envFrom: unknown
        readonly volumeMounts: unknown
        readonly securityContext: unknown
      },
    ]
  }
}

/** What tests read of any kind's. */
interface Spec {
  readonly template: Template
  readonly jobTemplate: { readonly spec: { readonly template: Template } }
  readonly selector: { readonly matchLabels: Texts }
  readonly podSelector: { readonly matchLabels: Texts }
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly {
    readonly from: readonly { readonly namespaceSelector?: { readonly matchLabels: Texts } }[]
  }[]
  readonly rules: readonly [
    {
      readonly http: {
        readonly paths: readonly [
          {
            readonly path: string
            readonly pathType: string
            readonly backend: { readonly service: { readonly name: string } }
          },
        ]
      }
    },
  ]
}

type Rendered = Manifest['content'] & { readonly spec: Spec; readonly data: Texts }

const ALL = {
  config: CONFIG,
  existingSecrets: ['goldsync', 'trino'],
  env: [{ name: 'KRB5_CONFIG', value: '/etc/krb5/krb5.conf' }],
  server: { replicas: 2 },
  webhook: {
    enabled: true,
    ingress: { enabled: true, className: 'nginx', host: 'goldsync.example.com', tlsSecret: 'goldsync-tls' },
  },
  extraVolumes: [{ name: 'keytab', secret: { secretName: 'goldsync-keytab' } }],
  extraVolumeMounts: [{ name: 'keytab', mountPath: '/etc/krb5', readOnly: true }],
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true },
  dashboard: { enabled: true },
  networkPolicy: { serverFrom: ['airflow'], egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] },
}

function valuesFile(values: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'goldsync-helm-')), 'values.yaml')
  writeFileSync(file, stringify(values))
  return file
}

const helm = (...args: string[]) => execFileSync(stack.helm, args, { encoding: 'utf8' })

function render(values: unknown, ...args: string[]): Rendered[] {
  const text = helm(
    'template',
    'lake',
    CHART,
    '--namespace',
    'goldsync',
    '--values',
    valuesFile(values),
    ...args,
  )
  return parseAllDocuments(text, { uniqueKeys: true })
    .map(document => document.toJS() as Rendered)
    .filter(object => object !== null)
}

/** What Helm says where it renders nothing. */
function refusal(values: unknown): string {
  const { status, stderr } = spawnSync(
    stack.helm,
    ['template', 'lake', CHART, '--values', valuesFile(values)],
    {
      encoding: 'utf8',
    },
  )
  expect(status).not.toBe(0)
  return stderr
}

const of = (objects: readonly Rendered[], kind: string, name?: string): Rendered[] =>
  objects.filter(one => one.kind === kind && (name === undefined || one.metadata.name === name))

const podOf = ({ kind, spec }: Rendered) => (kind === 'CronJob' ? spec.jobTemplate.spec : spec).template

const pods = (objects: readonly Rendered[]) =>
  [...of(objects, 'Deployment'), ...of(objects, 'CronJob')].map(podOf)

describeStack(['helm'], 'the chart', () => {
  const cases = [
    ['with its defaults', { config: CONFIG }],
    ['with all that it has', ALL],
    [
      'with scans of their own',
      { existingConfigMap: 'mine', server: { enabled: false }, scans: { by: 'job' } },
    ],
  ] as const

  it.each(cases)('%s is linted, and every object has the fields of its kind', (_, values) => {
    expect(helm('lint', '--strict', CHART, '--values', valuesFile(values))).toContain('0 chart(s) failed')
    const objects = render(values)
    expect(objects.length).toBeGreaterThan(3)
    for (const object of objects)
      expect(
        helmSchemaOf(object).safeParse(object).error,
        `${object.kind} ${object.metadata.name}`,
      ).toBeUndefined()
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(cases)(
    '%s runs every pod without root, rights, a writable disk or a token of Kubernetes',
    (_, values) => {
      const all = pods(render(values))
      expect(all.length).toBeGreaterThan(1)
      for (const { spec } of all) {
        expect(spec.automountServiceAccountToken).toBe(false)
        for (const { securityContext } of spec.containers)
          expect(securityContext).toEqual({
            runAsNonRoot: true,
            runAsUser: 65532,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
            seccompProfile: { type: 'RuntimeDefault' },
          })
      }
    },
  )

  it('gives the config as it was said, to pods that are new with it', () => {
    const [before, after] = [CONFIG, { ...CONFIG, log: { level: 'debug' } }].map(config => render({ config }))
    const [map] = of(before!, 'ConfigMap', NAME)
    const text = map!.data['goldsync.yaml']!
    expect(parse(text)).toEqual(CONFIG)
    expect(configOf(parse(text), 'goldsync.yaml', {}).lakes[0]?.location).toBe('hdfs://datalake-vol/golden')
    const sums = [before!, after!].map(objects => pods(objects)[0]!.metadata.annotations['checksum/config'])
    expect(sums[0]).not.toBe(sums[1])
    const [server] = pods(before!)
    expect(server!.spec.containers[0].env).toContainEqual({
      name: 'GOLDSYNC_CONFIG',
      valueFrom: { configMapKeyRef: { name: NAME, key: 'goldsync.yaml' } },
    })
  })

  it('names Secrets and makes none', () => {
    const objects = render(ALL)
    expect(of(objects, 'Secret')).toEqual([])
    for (const { spec } of pods(objects.filter(({ kind }) => kind === 'Deployment'))) {
      expect(spec.containers[0].envFrom).toEqual([
        { secretRef: { name: 'goldsync' } },
        { secretRef: { name: 'trino' } },
      ])
      expect(spec.volumes).toEqual(ALL.extraVolumes)
      expect(spec.containers[0].volumeMounts).toEqual(ALL.extraVolumeMounts)
    }
  })

  it('shows the world the webhook alone', () => {
    const objects = render(ALL)
    const exposures = of(objects, 'Deployment').map(one => [
      one.metadata.name,
      podOf(one).spec.containers[0].env.find(({ name }) => name === 'GOLDSYNC_EXPOSURE')?.value,
    ])
    expect(exposures.toSorted()).toEqual([
      [NAME, 'cluster-local'],
      [`${NAME}-webhook`, 'public'],
    ])
    const [ingress] = of(objects, 'Ingress')
    const [{ path, pathType, backend }] = ingress!.spec.rules[0].http.paths
    expect([path, pathType, backend.service.name]).toEqual(['/webhook', 'Prefix', `${NAME}-webhook`])
  })

  it('leads services, monitors, budgets and policies to pods that are there', () => {
    const objects = render(ALL)
    const labels = pods(objects).map(({ metadata }) => metadata.labels as Record<string, string>)
    const selects = (wanted: Record<string, string>, on: Record<string, string>) =>
      Object.entries(wanted).every(([key, value]) => on[key] === value)
    const selectors = objects.flatMap(({ kind, spec }) => {
      if (kind === 'Service') return [spec.selector as unknown as Texts]
      if (kind === 'NetworkPolicy') return [spec.podSelector.matchLabels]
      return kind === 'PodDisruptionBudget' || kind === 'Deployment' ? [spec.selector.matchLabels] : []
    })
    expect(selectors.length).toBeGreaterThan(7)
    for (const wanted of selectors) expect(labels.some(on => selects(wanted, on))).toBe(true)
    const [monitor] = of(objects, 'ServiceMonitor')
    const led = of(objects, 'Service').filter(({ metadata }) =>
      selects(monitor!.spec.selector.matchLabels, metadata.labels ?? {}),
    )
    expect(led.map(({ metadata }) => metadata.name)).toEqual([NAME])
    const budgets = of(objects, 'PodDisruptionBudget').map(({ metadata }) => metadata.name)
    expect(budgets).toEqual([NAME])
  })

  it('lets nothing reach the pods but what is named', () => {
    const namespaces = (objects: readonly Rendered[]) =>
      of(objects, 'NetworkPolicy', `${NAME}-server`).flatMap(({ spec }) =>
        (spec.ingress?.[0]?.from ?? []).flatMap(
          peer => peer.namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? [],
        ),
      )
    expect(namespaces(render({ config: CONFIG }))).toEqual([])
    expect(namespaces(render(ALL))).toEqual(['airflow', 'monitoring'])
    const [closed] = of(render({ config: CONFIG }), 'NetworkPolicy', NAME)
    expect([closed!.spec.policyTypes, closed!.spec.ingress]).toEqual([['Ingress'], undefined])
  })

  it('has the rule about servers that tell of no scan only where servers scan', () => {
    const rulesWith = (by: string) => {
      const objects = render({ config: CONFIG, prometheusRule: { enabled: true }, scans: { by } })
      return of(objects, 'PrometheusRule')[0]!.spec
    }
    const all = readRules()
    const groups = all.groups.map(({ name, rules }) => ({
      name,
      rules: rules.filter(({ alert }) => alert !== 'GoldsyncNoScanKnown'),
    }))
    expect(rulesWith('server')).toEqual(all)
    expect(rulesWith('job')).toEqual({ groups })
  })

  it('asks the server for scans, or runs them', () => {
    const commands = (values: unknown) =>
      of(render(values), 'CronJob').map(one => podOf(one).spec.containers[0].command as string[])
    const [ask] = commands({ config: CONFIG })
    expect(ask!.at(-1)?.trimEnd()).toBe(readFileSync(`${CHART}/files/ask.mjs`, 'utf8').trimEnd())
    expect(commands({ config: CONFIG, scans: { by: 'job' } })).toEqual([
      ['node', '/app/cli/goldsync.mjs', 'scan', '--mode', 'recent', '--json'],
      ['node', '/app/cli/goldsync.mjs', 'scan', '--mode', 'full', '--json'],
    ])
    const names = of(render({ config: CONFIG }), 'CronJob').map(({ metadata }) => metadata.name)
    for (const name of names.filter(name => name.endsWith('recent')))
      expect(name).toMatch(/^(.+-)?goldsync-scan-recent$/)
  })

  it('brings the rules and the dashboard as they are', () => {
    const objects = render(ALL)
    expect(of(objects, 'PrometheusRule')[0]!.spec).toEqual(readRules())
    const [board] = of(objects, 'ConfigMap', `${NAME}-dashboard`)
    expect(JSON.parse(board!.data['goldsync.json']!).uid).toBe('goldsync')
    expect(of(render({ config: CONFIG }), 'PrometheusRule')).toEqual([])
  })

  it.each([
    ['no config', {}, /set config/],
    ['scans of a server that is not there', { config: CONFIG, server: { enabled: false } }, /scans.by/],
    [
      'a monitor of a server that is not there',
      { config: CONFIG, server: { enabled: false }, scans: { by: 'job' }, serviceMonitor: { enabled: true } },
      /only the server has/,
    ],
    [
      'an Ingress without a host',
      { config: CONFIG, webhook: { enabled: true, ingress: { enabled: true } } },
      /needs a host/,
    ],
    ['a value that is misspelt', { config: CONFIG, webhok: {} }, /webhok/],
    [
      'a value that is misspelt further down',
      { config: CONFIG, scans: { recent: { shedule: '' } } },
      /shedule/,
    ],
    ['no replica', { config: CONFIG, server: { replicas: 0 } }, /replicas/],
    ['what the chart sets', { config: CONFIG, env: [{ name: 'GOLDSYNC_CONFIG', value: 'x' }] }, /env/],
    ['a Secret that cannot be one', { config: CONFIG, existingSecrets: ['A B'] }, /existingSecrets/],
  ])('refuses %s', (_, values, said) => {
    expect(refusal(values)).toMatch(said)
  })
})
