/** What is known of each entry: docs/compatibility/results.json, from which the page is made. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Feature, Group } from './group.ts'

export interface FeatureResult {
  readonly feature: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What the server cannot do, by kind: in how many tests that was refused as it should be, with the word of the first. */
  readonly refused?: readonly { readonly limit: string; readonly tests: number; readonly word: string }[]
  /** What failed, with the first line of why. */
  readonly no: readonly { readonly test: string; readonly message: string }[]
}

export interface EntryResult {
  readonly entry: string
  readonly group: string
  readonly version: string
  /** UTC day of the run, `2026-11-28`. */
  readonly date: string
  /** Why there is no result: the server could not be had, or did not start. */
  readonly error?: string
  readonly features: readonly FeatureResult[]
}

/** A test as vitest's JSON reporter tells it. */
export interface TestResult {
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly message?: string
  /** What it has seen refused, and with which word: test/support/limits.ts. */
  readonly limit?: { readonly name: string; readonly word: string }
}

const FILE = new URL('../../docs/compatibility/results.json', import.meta.url)

export const readResults = (): readonly EntryResult[] => JSON.parse(readFileSync(FILE, 'utf8'))

/** Puts the new results in the place of older ones of the same entries. */
export function writeResults(fresh: readonly EntryResult[]): void {
  const kept = readResults().filter(({ entry }) => !fresh.some(other => other.entry === entry))
  const all = [...kept, ...fresh].sort((a, b) => (a.entry < b.entry ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify(all, null, 1)}\n`)
}

/** What no feature of the group names. */
export const OTHER: Feature = { title: 'other', tests: /^/ }

/** The tests counted by feature, in the group's order; a feature without a test is left out. */
export function byFeature(group: Group, tests: readonly TestResult[]): readonly FeatureResult[] {
  const features = [...group.features, OTHER]
  const featureOf = ({ file, name }: TestResult) =>
    features.find(feature => feature.tests.test(`${file} ${name}`))
  return features.flatMap(feature => {
    const own = tests.filter(test => featureOf(test) === feature)
    return own.length === 0 ? [] : [counted(feature.title, own)]
  })
}

function counted(feature: string, tests: readonly TestResult[]): FeatureResult {
  const count = (state: TestResult['state']) =>
    tests.filter(test => test.state === state && !isRefused(test)).length
  const refused = refusals(tests.filter(isRefused))
  const no = tests
    .filter(({ state }) => state === 'failed')
    .map(({ name, message = '' }) => ({ test: name, message: firstLine(message) }))
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
  return { feature, ...counts, ...(refused.length > 0 ? { refused } : {}), no }
}

const isRefused = ({ state, limit }: TestResult): boolean => state === 'passed' && limit !== undefined

function refusals(tests: readonly TestResult[]): NonNullable<FeatureResult['refused']> {
  const limits = new Set(tests.flatMap(({ limit }) => limit?.name ?? []))
  return [...limits].map(limit => {
    const own = tests.filter(test => test.limit?.name === limit)
    return { limit, tests: own.length, word: own[0]?.limit?.word ?? '' }
  })
}

/** Vitest's reporter has no message of a test that did not end in time. */
const firstLine = (message: string): string =>
  message.split('\n', 1)[0]!.replace('STACK_TRACE_ERROR', 'it did not end in time').slice(0, 400)
