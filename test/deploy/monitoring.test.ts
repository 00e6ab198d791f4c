import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { copies } from '../../deploy/monitoring.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { type RunningServer, startServer } from '../../shared/hosts/http/server.ts'
import { alertsOf, metricsIn, queriesOf, RULES, readDashboard, readRules } from '../support/monitoring.ts'
import { hasPromtool, promtool, promtoolTest } from '../support/promtool.ts'

const TESTS = 'test/deploy/monitoring/rules.test.yaml'
const rules = readRules()
const alerts = alertsOf(rules)
const dashboard = readDashboard()

describe('the alert rules', () => {
  it('have names of their own', () => {
    const names = alerts.map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
  })

  it('lead each to what to do about it in docs/operating.md', () => {
    const headings = [...readFileSync('docs/operating.md', 'utf8').matchAll(/^### (\w+)$/gm)].map(
      ([, name]) => name,
    )
    expect(headings.filter(name => name?.startsWith('Goldsync'))).toEqual(alerts.map(({ alert }) => alert))
    const page = 'https://github.com/goldsync/goldsync/blob/main/docs/operating.md'
    for (const { alert, annotations } of alerts)
      expect(annotations.runbook_url).toBe(`${page}#${alert.toLowerCase()}`)
  })

  it('are the same for the operator and in the chart (npm run monitoring)', async () => {
    const all = await copies()
    expect(all.size).toBe(3)
    for (const [path, text] of all) expect(readFileSync(path, 'utf8'), path).toBe(text)
    const { spec } = parse(all.get('deploy/monitoring/kubernetes/prometheus-rule.yaml') ?? '')
    expect(spec).toEqual(rules)
  })
})

describe.skipIf(!hasPromtool)(
  `what promtool says${hasPromtool ? '' : ' [needs promtool: apt-get install prometheus]'}`,
  () => {
    it('takes the rules, and each fires and is quiet as the tests say', () => {
      promtool('check', 'rules', RULES)
      promtool('test', 'rules', TESTS)
    })

    it('has a test for each that fails without it', () => {
      const folder = mkdtempSync(join(tmpdir(), 'goldsync-rules-'))
      const groups = rules.groups.map(group => ({
        ...group,
        rules: group.rules.map(rule => ({ ...rule, expr: 'vector(0) > 1' })),
      }))
      writeFileSync(join(folder, 'rules.yaml'), stringify({ groups }))
      const tests = { ...parse(readFileSync(TESTS, 'utf8')), rule_files: [join(folder, 'rules.yaml')] }
      writeFileSync(join(folder, 'tests.yaml'), stringify(tests))
      const { status, failures } = promtoolTest(join(folder, 'tests.yaml'))
      expect(status).not.toBe(0)
      for (const { alert } of alerts) expect(failures).toContain(`alertname="${alert}"`)
    })
  },
)

describe('the names of metrics', () => {
  let server: RunningServer
  let known: Set<string>
  beforeAll(async () => {
    const config = configOf(
      { lakes: [{ location: tmpdir() }], catalogs: { memory: { kind: 'memory' } } },
      'test',
      {},
    )
    server = await startServer({ config, log: openLog('silent') }, { port: 0, host: '127.0.0.1' })
    const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
    known = new Set(
      [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    )
  })
  afterAll(() => server.drain())

  it.each(alerts.map(({ alert, expr }) => [alert, expr] as const))(
    'in %s are those that a server tells',
    (_, expr) => {
      const names = metricsIn(expr)
      if (!/\b(up|kube_\w+)\{/.test(expr)) expect(names.length).toBeGreaterThan(0)
      for (const name of names) expect(known).toContain(name)
    },
  )

  it.each(queriesOf(dashboard))('in the panel %s are those that a server tells', (_, expr) => {
    expect(metricsIn(expr).length).toBeGreaterThan(0)
    for (const name of metricsIn(expr)) expect(known).toContain(name)
  })

  it.each(dashboard.templating.list.filter(({ type }) => type === 'query'))(
    'in the variable $name are, too',
    ({ query }) => {
      for (const name of metricsIn(JSON.stringify(query))) expect(known).toContain(name)
    },
  )
})

describe('the dashboard', () => {
  it('is of the last version of its schema, and asks the data source that is chosen', () => {
    expect(dashboard.schemaVersion).toBe(42)
    const [source] = dashboard.templating.list
    expect(source).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' })
    const asked = dashboard.panels.flatMap(({ datasource, targets = [] }) => [
      ...(datasource ? [datasource.uid] : []),
      ...targets.map(target => target.datasource.uid),
    ])
    expect(new Set(asked)).toEqual(new Set(['${datasource}']))
  })

  it('uses no variable that it does not have', () => {
    const names = dashboard.templating.list.map(({ name }) => name)
    for (const [title, expr] of queriesOf(dashboard))
      for (const [, name] of expr.matchAll(/\$(?!__)\{?(\w+)/g)) expect(names, title).toContain(name)
  })

  it('lays its panels side by side, each with an id of its own', () => {
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })
})
