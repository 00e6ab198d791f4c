/** Whether the layout fits the lake at all: what fits nothing is no lake with nothing to do. Asked where a topic gave nothing but folders that do not fit. */
import { GoldsyncError, summarizeError } from '../base/errors.ts'
import { topFolder } from '../lake/folders.ts'
import type { Found, Topic } from '../lake/found.ts'
import { sampleDataFolders } from '../lake/sample.ts'
import { type Suggestion, suggestLayout } from '../layout/suggest.ts'
import type { Report, TableReport } from '../run/report.ts'
import { type Lake, outOfTime, type Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Call } from '../storages/storage.ts'

type Done = Pick<Report, 'tables' | 'diagnostics'>

export interface TopicDone {
  readonly topic: Topic
  readonly done: Done
}

export interface Judged {
  /** What was done, told without each single folder of topics that do not fit. */
  readonly done: readonly Done[]
  readonly diagnostics: readonly Diagnostic[]
  readonly failures: Report['failures']
}

const DO_NOT_FIT: ReadonlySet<string> = new Set([
  'FOREIGN_FOLDER',
  'IMPOSSIBLE_DATE',
  'WRONG_DEPTH',
  'NESTED_FOLDER',
])
const doesNotFit = ({ code }: Diagnostic): boolean => DO_NOT_FIT.has(code)

/** @param listed the lake's topics @param all those that were worked on */
export async function judgeLayout(
  lake: Lake,
  listed: Found<Topic>,
  all: readonly TopicDone[],
  run: Run,
): Promise<Judged> {
  const done = all.map(one => one.done)
  const nothing: Judged = { done, diagnostics: [], failures: [] }
  if (run.partitions || !listed.complete || outOfTime(run)) return nothing
  const suspects = all.filter(one => isSuspect(one.done, run))
  const noTopic = listed.found.length === 0 && listed.diagnostics.some(doesNotFit)
  if (suspects.length === 0 && !noTopic) return nothing
  const root = { segments: [], location: lake.location, modified: 0 }
  const from = noTopic ? [root] : suspects.map(({ topic }) => topFolder(topic))
  // What was done is told, even where the caller gives up meanwhile.
  const paths = await sampleDataFolders(lake, from, run).catch(() => [])
  const isFit = (path: readonly string[]) => lake.layout.parse(path).kind === 'partition'
  const misfits = suspects.filter(({ topic }) => {
    const own = pathsOf(topic, paths)
    return own.length > 0 && !own.some(isFit)
  })
  const told = { ...nothing, done: quiet(all, misfits) }
  const others = all.filter(one => !suspects.includes(one))
  const fitsNone = paths.length > 0 && !paths.some(isFit) && others.every(one => isEmpty(one.done))
  if (fitsNone && run.tables === undefined) {
    const error = summarizeError(fitsNothing(lake, paths))
    return { ...told, failures: [{ location: lake.location, error }] }
  }
  return { ...told, diagnostics: misfits.map(({ topic }) => misfit(lake, topic, pathsOf(topic, paths))) }
}

/** Folders of topics that are looked at, so many at a time, before nothing is said of the lake. */
const TOPICS_AT_ONCE = 12
const MOST_TOPICS = 48

/** Lakes by their identity that a look of this process has found so. */
const misfits = new WeakSet<object>()

/**
 * Why a lake whose tables were handed on gets none: its layout fits no folder that holds data. Looked at where it has no table yet.
 * @param listed its topics @param hasNone whether it is known to have no table
 */
export async function misfitOf(
  lake: Lake,
  listed: Found<Topic>,
  hasNone: boolean,
  call: Call,
): Promise<Report['failures']> {
  const topics = listed.found.filter(({ name }) => lake.includes(name))
  const isWorth = listed.complete && topics.length <= MOST_TOPICS && (hasNone || misfits.has(lake.identity))
  if (!isWorth) return []
  const root = { segments: [], location: lake.location, modified: 0 }
  const from = topics.length === 0 && listed.diagnostics.some(doesNotFit) ? [root] : topics.map(topFolder)
  const paths: (readonly string[])[] = []
  for (let at = 0; at < from.length; at += TOPICS_AT_ONCE) {
    const seen = await sampleDataFolders(lake, from.slice(at, at + TOPICS_AT_ONCE), call).catch(
      () => undefined,
    )
    // Of what could not be looked at nothing is known.
    if (seen === undefined) return []
    paths.push(...seen)
    if (paths.some(path => lake.layout.parse(path).kind === 'partition')) {
      misfits.delete(lake.identity)
      return []
    }
  }
  if (paths.length === 0) return []
  misfits.add(lake.identity)
  return [{ location: lake.location, error: summarizeError(fitsNothing(lake, paths)) }]
}

/** Of tables that were scanned before, recent runs see too little, and ask no more than they must. */
function isSuspect({ tables, diagnostics }: Done, run: Run): boolean {
  const whole = run.mode === 'full' || run.dryRun
  const gaveNothing = ({ outcome, partitions, files }: TableReport) =>
    (outcome === 'missing' && files === 0) || (outcome === 'unchanged' && whole && partitions.listed === 0)
  const findings = [...diagnostics, ...tables.flatMap(table => table.diagnostics)]
  return tables.length > 0 && tables.every(gaveNothing) && findings.some(doesNotFit)
}

const isEmpty = ({ tables }: Done): boolean =>
  tables.every(
    ({ outcome, partitions }) => outcome === 'refused' || (outcome === 'missing' && partitions.listed === 0),
  )

const pathsOf = ({ segments }: Topic, paths: readonly (readonly string[])[]) =>
  paths.filter(path => segments.every((name, at) => name === path[at]))

const quiet = (all: readonly TopicDone[], misfits: readonly TopicDone[]): Done[] =>
  all.map(one =>
    misfits.includes(one)
      ? { ...one.done, diagnostics: one.done.diagnostics.filter(finding => !doesNotFit(finding)) }
      : one.done,
  )

function fitsNothing(lake: Lake, paths: readonly (readonly string[])[]): GoldsyncError {
  const [example = []] = paths
  const suggestion = suggestLayout(paths)
  return new GoldsyncError(
    'CONFIG_INVALID',
    `the layout ${lake.layout.template} fits no topic of ${lake.location}, where data lies in folders such as ${example.join('/')}; ${suggested(lake, suggestion)}`,
    { hint: toDo(lake, suggestion) },
  )
}

const misfit = (lake: Lake, topic: Topic, paths: readonly (readonly string[])[]): Diagnostic => {
  const suggestion = suggestLayout(paths)
  return {
    code: 'LAYOUT_MISMATCH',
    severity: 'warning',
    path: topic.location,
    message: `the layout ${lake.layout.template} fits no folder of topic ${topic.name}, where data lies in folders such as ${(paths[0] ?? []).join('/')}, so nothing of it is synced; ${suggested(lake, suggestion)}`,
    fix: 'give the topic a lake of its own with a layout that fits it (include it there, exclude it here), or leave it out with tables.exclude',
  }
}

function suggested({ layout }: Lake, suggestion: Suggestion | undefined): string {
  if (suggestion === undefined) return 'they suggest no layout that goldsync knows'
  const { template } = suggestion
  return template === layout.template ? 'they fit it from another root' : `they suggest ${template}`
}

function toDo(lake: Lake, suggestion: Suggestion | undefined): string {
  if (suggestion === undefined)
    return 'set a layout for these folders (docs/layouts.md); goldsync plan shows what it makes of them'
  const { template, root } = suggestion
  const layout = template === lake.layout.template ? 'the layout as it is' : `layout: "${template}"`
  if (root === 'above')
    return `the root is one level too deep, perhaps, since its folders are named like dates and not like topics: set it to the folder above ${lake.location}, with ${layout}`
  if (root.length > 0)
    return `the root is too high, perhaps: set it to ${[lake.location, ...root].join('/')}, with ${layout}`
  return `set ${layout} (docs/layouts.md), and look at goldsync plan`
}
