/** Copies the alert rules and the dashboard to where Kubernetes takes them from: `npm run monitoring`. */
import { readFile, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'

const RULES = 'deploy/monitoring/goldsync.rules.yaml'
const DASHBOARD = 'deploy/monitoring/goldsync.dashboard.json'
const CHART = 'deploy/helm/goldsync/files'

/** The copies as they are checked in, by their paths. */
export async function copies(): Promise<ReadonlyMap<string, string>> {
  const [rules, dashboard] = await Promise.all([readFile(RULES, 'utf8'), readFile(DASHBOARD, 'utf8')])
  return new Map([
    ['deploy/monitoring/kubernetes/prometheus-rule.yaml', prometheusRule(rules)],
    [`${CHART}/goldsync.rules.yaml`, rules],
    [`${CHART}/goldsync.dashboard.json`, dashboard],
  ])
}

function prometheusRule(rules: string): string {
  const spec = parse(rules) as { readonly groups: readonly unknown[] }
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'goldsync' },
    spec,
  }
  return `# made by \`npm run monitoring\` from ../goldsync.rules.yaml\n${stringify(object, { lineWidth: 0 })}`
}

if (import.meta.filename === process.argv[1])
  for (const [path, text] of await copies()) await writeFile(path, text)
