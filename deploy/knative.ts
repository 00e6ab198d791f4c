/**
 * `npm run deploy:knative -- --overlay DIR [--image NAME:TAG] [--dry-run]` builds and pushes the image (if it is named) and applies
 * an overlay like deploy/knative/overlays/example; `-- --func [--dry-run]` leaves all to the `func` tool. docs/deploy/knative.md.
 */
import { type Kustomization, readKustomization } from './kustomization.ts'
import { readArguments } from './script.ts'
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
  const read =
    overlay === undefined
      ? '--overlay DIR: a copy of deploy/knative/overlays/example'
      : readKustomization(overlay)
  const { namespace, images } = typeof read === 'string' ? { images: [] } : read
  // Without one kubectl takes that of its context, for all of them.
  const there = namespace === undefined ? [] : ['-n', namespace]
  return {
    tools: {
      kubectl: 'kubernetes.io/docs/tasks/tools',
      kn: 'knative.dev/docs/client/install-kn',
      ...engineOf(image),
    },
    problems: typeof read === 'string' ? [read] : placeholders(images),
    steps: [
      ...imageSteps(image),
      ['kubectl', 'apply', '-k', overlay ?? 'DIR'],
      ['kubectl', 'wait', '--for=condition=Ready', 'ksvc', '--all', ...there, '--timeout=120s'],
      ['kn', 'service', 'list', ...there],
    ],
  }
}

const placeholders = (images: Kustomization['images']): string[] =>
  images.flatMap(({ name, newName = name }) =>
    PLACEHOLDER.test(newName) ? [`the image ${name} of the overlay: ${newName} is an example`] : [],
  )

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

const { values } = readArguments({
  options: {
    overlay: { type: 'string' },
    image: { type: 'string' },
    func: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
  },
})
process.exitCode = deploy(values.func ? byFunc : byOverlay(values), values['dry-run'])
