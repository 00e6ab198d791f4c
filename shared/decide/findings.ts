/** Findings by what they are about: an event can name thousands of files, each of which has one. Pure. */

import type { Diagnostic } from '../schema/diagnostic.ts'
import { onceEach } from './once-each.ts'

type ByText = ReadonlyMap<string, readonly Diagnostic[]>

const by = (keyOf: (finding: Diagnostic) => string | undefined) =>
  onceEach((findings: readonly Diagnostic[]): ByText => {
    const found = new Map<string, Diagnostic[]>()
    for (const finding of findings) {
      const key = keyOf(finding)
      if (key === undefined) continue
      const same = found.get(key)
      if (same) same.push(finding)
      else found.set(key, [finding])
    }
    return found
  })

const byPartition = by(({ partition }) => partition)
const byPath = by(({ path }) => path)
const byFolder = by(({ path }) => path?.slice(0, path.lastIndexOf('/')))

/** @param path full location of a file or folder */
export const findingsAt = (path: string, findings: readonly Diagnostic[]): readonly Diagnostic[] =>
  byPath(findings).get(path) ?? []

/** @param values joined by `/` @param location of its folder */
export function findingsOnPartition(
  values: string,
  location: string,
  findings: readonly Diagnostic[],
): readonly Diagnostic[] {
  const own = byPartition(findings).get(values) ?? []
  const within = byFolder(findings).get(location) ?? []
  return within.length === 0 ? own : [...new Set([...own, ...within])]
}

/** The finding that a folder, or one above it, could not be listed. */
export function unlistedAt(location: string, findings: readonly Diagnostic[]): Diagnostic | undefined {
  for (let at = location; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const failed = findingsAt(at, findings).find(({ code }) => code === 'LISTING_FAILED')
    if (failed) return failed
  }
  return undefined
}

const setOf = onceEach((texts: readonly string[]): ReadonlySet<string> => new Set(texts))

/** As `includes`, of long lists. */
export const isAmong = (text: string, texts: readonly string[]): boolean => setOf(texts).has(text)
