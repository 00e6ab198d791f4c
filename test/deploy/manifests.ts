/** The files of deploy/knative, deploy/kubernetes and deploy/monitoring, and the schema of each. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import * as z from 'zod'
import * as knative from './kinds/knative.ts'
import * as kubernetes from './kinds/kubernetes.ts'
import { podMonitor, prometheusRule, serviceMonitor } from './kinds/monitoring.ts'

export interface Manifest {
  readonly file: string
  readonly content: Record<string, unknown> & {
    readonly kind: string
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  }
}

const SCHEMAS = [
  ...Object.values(knative),
  ...Object.values(kubernetes),
  podMonitor,
  prometheusRule,
  serviceMonitor,
]

/** What kustomize needs to know of kinds that are not its own. */
const references = z.strictObject({
  nameReference: z.array(
    z.strictObject({
      kind: z.string(),
      version: z.string(),
      fieldSpecs: z.array(z.strictObject({ group: z.string(), kind: z.string(), path: z.string() })),
    }),
  ),
})

/** Files that are not Kubernetes' own. */
const OTHERS: Readonly<Record<string, z.ZodType>> = {
  'references.yaml': references,
  'goldsync.yaml': z.unknown(),
}

export const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml'))
    .map(name => join(folder, name))
    .sort()

export const manifestsOf = (folder: string): Manifest[] =>
  filesOf(folder)
    .filter(file => !(basename(file) in OTHERS))
    .flatMap(documents)

export function documents(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { strict: true, uniqueKeys: true }).map(document => {
    if (document.errors[0]) throw document.errors[0]
    return { file, content: document.toJS() as Manifest['content'] }
  })
}

/** @throws where there is none for its apiVersion and kind */
export function schemaOf({ file, content }: Pick<Manifest, 'file' | 'content'>): z.ZodType {
  const other = OTHERS[basename(file)]
  if (other) return other
  const schema = SCHEMAS.find(
    ({ shape }) => shape.kind.value === content.kind && shape.apiVersion.value === content.apiVersion,
  )
  if (!schema) throw new Error(`${file}: no schema for ${content.apiVersion} ${content.kind}`)
  return isPatch(file) ? asPatch(schema) : schema
}

const isPatch = (file: string): boolean =>
  filesOf(dirname(file))
    .filter(name => basename(name) === 'kustomization.yaml')
    .flatMap(documents)
    .some(({ content }) =>
      ((content.patches ?? []) as { path: string }[]).some(({ path }) => path === basename(file)),
    )

/** Of an object, a patch names what it changes. */
const asPatch = (schema: (typeof SCHEMAS)[number]): z.ZodType =>
  z.strictObject({
    ...Object.fromEntries(
      Object.entries(schema.shape).map(([key, value]) => [
        key,
        key === 'spec' ? z.optional(value as z.ZodType) : value,
      ]),
    ),
    $patch: z.literal('delete').optional(),
  })

/** The content once for each of its keys, with that key misspelt. */
export function typos(content: unknown): (readonly [string, unknown])[] {
  if (Array.isArray(content))
    return content.flatMap((entry, at) =>
      typos(entry).map(([key, typo]) => [`[${at}].${key}`, content.with(at, typo)] as const),
    )
  if (typeof content !== 'object' || content === null) return []
  return Object.entries(content).flatMap(([key, value]) => [
    [key, rename(content, key)] as const,
    ...typos(value).map(([below, typo]) => [`${key}.${below}`, { ...content, [key]: typo }] as const),
  ])
}

const rename = (content: object, key: string): object =>
  Object.fromEntries(Object.entries(content).map(([name, value]) => [name === key ? `${key}s` : name, value]))
