/** Which packages a bundle holds: from esbuild's own account of it, not from package.json, where they are development dependencies. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

export interface BundledPackage {
  /** Where it is installed. */
  readonly folder: string
  readonly name: string
  readonly version: string
  /** By its package.json: an SPDX identifier. */
  readonly license: string
  readonly manifest: Manifest
}

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: unknown
}

/** Up to the innermost package: `node_modules/thrift/node_modules/uuid` is uuid. */
const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/** Sorted by name. What esbuild read and left out again is not among them. */
export function bundledPackages({ outputs }: Pick<Metafile, 'outputs'>): BundledPackage[] {
  const inputs = Object.values(outputs).flatMap(output => Object.entries(output.inputs))
  const folders = inputs.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? (PACKAGE.exec(path)?.[1] ?? []) : [],
  )
  return [...new Set(folders)].map(readPackage).sort(byNameAndVersion)
}

function readPackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const { name, version, license } = manifest
  if (!name || !version || typeof license !== 'string')
    throw new Error(`${folder}/package.json: name, version and license are wanted, each as a text`)
  return { folder, name, version, license, manifest }
}

const byNameAndVersion = (a: BundledPackage, b: BundledPackage): number =>
  labelOf(a) < labelOf(b) ? -1 : labelOf(a) > labelOf(b) ? 1 : 0

const labelOf = ({ name, version }: BundledPackage): string => `${name} ${version}`
