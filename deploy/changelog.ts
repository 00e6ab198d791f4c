/** CHANGELOG.md, as Keep a Changelog has it: what is next, and what was released. */

const UNRELEASED = '## [Unreleased]\n'

/** The greatest version that has a section of its own. */
export const lastReleased = (changelog: string): string | undefined =>
  [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)]
    .map(([, version = '']) => version)
    .sort(compareVersions)
    .at(-1)

/** What is below the heading `[Unreleased]`; empty where there is nothing to release. */
export function unreleased(changelog: string): string {
  const start = changelog.indexOf(UNRELEASED)
  if (start < 0) return ''
  const rest = changelog.slice(start + UNRELEASED.length)
  const end = rest.search(/^## /m)
  return (end < 0 ? rest : rest.slice(0, end)).trim()
}

/** The same page, with all that was unreleased in a section of its own. @param date as 2026-11-20 */
export const released = (changelog: string, version: string, date: string): string =>
  changelog.replace(UNRELEASED, () => `${UNRELEASED}\n## [${version}] - ${date}\n`)

/** Plain ones, without a pre-release: no others are released. */
export const isVersion = (text: string): boolean => /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(text)

/** For sorting: below zero where `a` is the smaller. */
export function compareVersions(a: string, b: string): number {
  const numbers = b.split('.').map(Number)
  const differences = a.split('.').map((number, at) => Number(number) - (numbers[at] ?? 0))
  return differences.find(difference => difference !== 0) ?? 0
}
