/** The kustomization of an overlay, as far as a script looks at it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { summarizeError } from '../shared/base/errors.ts'

const schema = z.looseObject({
  namespace: z.string().optional(),
  images: z
    .array(z.looseObject({ name: z.string(), newName: z.string().optional() }))
    .nullish()
    .transform(images => images ?? []),
})

export type Kustomization = z.output<typeof schema>

/** As kustomize knows it. */
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** What it says, or a sentence about what is missing. @param overlay its folder */
export function readKustomization(overlay: string): Kustomization | string {
  const paths = NAMES.map(name => join(overlay, name))
  const [first = ''] = paths
  const path = paths.find(existsSync)
  if (path === undefined) return `${first}: copy deploy/knative/overlays/example`
  const unreadable = (why: string) => `${path} that can be read: ${why}`
  try {
    const read = schema.safeParse(parse(readFileSync(path, 'utf8')))
    if (read.success) return read.data
    return unreadable(read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  } catch (error) {
    return unreadable(summarizeError(error).message)
  }
}
