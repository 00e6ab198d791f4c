/** docs/compatibility.md, made from the results. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Group } from './group.ts'
import { GROUPS } from './groups.ts'
import { type EntryResult, type FeatureResult, OTHER, readResults } from './results.ts'

const PAGE = new URL('../../docs/compatibility.md', import.meta.url)

export const readPage = (): string => readFileSync(PAGE, 'utf8')

export const writePage = (): void => writeFileSync(PAGE, pageOf(readResults()))

/** The page of these results. */
export function pageOf(results: readonly EntryResult[]): string {
  const sections = Object.entries(GROUPS).flatMap(([name, group]) => {
    const own = results.filter(result => result.group === name)
    return own.length === 0 ? [] : section(group, own)
  })
  return [
    '# Compatibility',
    '',
    'By `npm run matrix`, which starts each server, runs its suites against it and writes this page from their results ([results.json](compatibility/results.json)).',
    'A number is that of the tests that passed. "no" is what the server cannot do, which so many tests saw refused, with the word below the table; "failed" is what went otherwise',
    'than expected. An empty cell was not measured. How to run it, and how to add a server: `test/stack/README.md` of the repository.',
    '',
    ...sections,
  ].join('\n')
}

function section(group: Group, entries: readonly EntryResult[]): string[] {
  const features = [...group.features, OTHER].filter(({ title }) =>
    entries.some(entry => cellOf(entry, title)),
  )
  const row = (first: string, cells: readonly string[]) => `| ${[first, ...cells].join(' | ')} |`
  return [
    `## ${group.title}`,
    '',
    row(
      '',
      entries.map(({ entry }) => entry),
    ),
    row(
      '---',
      entries.map(() => '---'),
    ),
    row(
      'version',
      entries.map(({ version }) => version),
    ),
    row(
      'measured',
      entries.map(({ date }) => date),
    ),
    ...features.map(({ title }) =>
      row(
        title,
        entries.map(entry => shown(cellOf(entry, title))),
      ),
    ),
    '',
    ...entries.flatMap(said),
    ...(group.notes ? [group.notes.trim(), ''] : []),
  ]
}

const cellOf = ({ features }: EntryResult, title: string): FeatureResult | undefined =>
  features.find(({ feature }) => feature === title)

function shown(cell: FeatureResult | undefined): string {
  if (!cell) return ''
  const { passed, failed, refused = [] } = cell
  const said = [
    ...(passed > 0 ? [`${passed}`] : []),
    ...refused.map(({ limit, tests }) => `**no** ${words(limit)}: ${tests}`),
    ...(failed > 0 ? [`**failed**: ${failed}`] : []),
  ]
  return said.join('; ') || 'not run'
}

/** What an entry's "no" and "failed" mean, in the words of what refused and of what failed. */
function said({ entry, error, features }: EntryResult): string[] {
  const lines = features.flatMap(({ feature, refused = [], no }) => [
    ...refused.map(({ limit, word }) => `- no ${words(limit)} (${feature}): ${code(word)}`),
    ...no.map(({ test, message }) => `- failed (${feature}): "${test}": ${code(message)}`),
  ])
  if (error) lines.unshift(`- could not be measured: ${code(error)}`)
  return lines.length === 0 ? [] : [`${entry}:`, '', ...lines, '']
}

const words = (limit: string): string => limit.replaceAll('-', ' ')

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``
