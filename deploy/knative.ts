/**
 * `npm run deploy:knative -- --overlay DIR [--image NAME:TAG] [--dry-run]` builds and pushes the image (if it is named) and applies
 * an overlay like deploy/knative/overlays/example; `-- --func [--dry-run]` leaves all to the `func` tool. docs/deploy/knative.md.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { type Deployment, deploy, isInstalled, type Step } from './steps.ts'

/** Of names that nobody owns: RFC 2606. */
const PLACEHOLDER = /example\.com/

interface Options {
  readonly overlay?: string | undefined
  readonly image?: string | undefined
}

const byFunc: Deployment = {
  tools: { func: 'knative.dev/docs/functions/install-func' },
  problems: process.env.FUNC_REGISTRY
    ? []
    : ['the environment variable FUNC_REGISTRY: where func pushes its image'],
  steps: [['func', 'deploy']],
}

function byOverlay({ overlay, image }: Options): Deployment {
  const kustomization = overlay === undefined ? undefined : join(overlay, 'kustomization.yaml')
  const { namespace = 'default' } =
    kustomization !== undefined && existsSync(kustomization) ? readKustomization(kustomization) : {}
  return {
    tools: {
      kubectl: 'kubernetes.io/docs/tasks/tools',
      kn: 'knative.dev/docs/client/install-kn',
      ...engineOf(image),
    },
    problems: overlayProblems(kustomization),
    steps: [
      ...imageSteps(image),
      ['kubectl', 'apply', '-k', overlay ?? 'DIR'],
      ['kubectl', 'wait', '--for=condition=Ready', 'ksvc', '--all', '-n', namespace, '--timeout=120s'],
      ['kn', 'service', 'list', '-n', namespace],
    ],
  }
}

function overlayProblems(kustomization: string | undefined): string[] {
  if (kustomization === undefined) return ['--overlay DIR: a copy of deploy/knative/overlays/example']
  if (!existsSync(kustomization)) return [`${kustomization}: copy deploy/knative/overlays/example`]
  const { images = [] } = readKustomization(kustomization)
  return images
    .filter(({ newName }) => PLACEHOLDER.test(newName))
    .map(({ name, newName }) => `the image ${name} in ${kustomization}: ${newName} is an example`)
}

interface Kustomization {
  readonly namespace?: string
  readonly images?: readonly { readonly name: string; readonly newName: string }[]
}

const readKustomization = (file: string): Kustomization => parse(readFileSync(file, 'utf8')) as Kustomization

const engine = (): string => ['docker', 'podman'].find(isInstalled) ?? 'docker'

const engineOf = (image: string | undefined): Readonly<Record<string, string>> =>
  image === undefined ? {} : { [engine()]: 'or podman; it builds the image' }

const imageSteps = (image: string | undefined): readonly Step[] =>
  image === undefined
    ? []
    : [
        ['npm', 'run', 'build', 'server', 'cli'],
        [engine(), 'build', '-f', 'deploy/image/Containerfile', '-t', image, '.'],
        [engine(), 'push', image],
      ]

const { values } = parseArgs({
  options: {
    overlay: { type: 'string' },
    image: { type: 'string' },
    func: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
})
process.exitCode = deploy(values.func ? byFunc : byOverlay(values), values['dry-run'])
