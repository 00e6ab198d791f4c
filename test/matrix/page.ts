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
    'By `npm run matrix`, which starts each server, runs its suites against it and writes this page from their results ([results.json](compatibility/results.json)):',
    'a number is that of the tests that passed; "no" names what did not, below the table. An empty cell was not measured. How to run it, and how to add a server:',
    '`test/stack/README.md` of the repository.',
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
  const { passed, failed } = cell
  if (failed > 0) return `**no**: ${failed} of ${passed + failed}`
  return passed > 0 ? `${passed}` : 'not run'
}

/** What an entry's "no" means, in the words of the test and of what failed. */
function said({ entry, error, features }: EntryResult): string[] {
  const noes = features.flatMap(({ feature, no }) => no.map(each => ({ feature, ...each })))
  const lines = noes.map(({ feature, test, message }) => `- ${feature}: "${test}": ${code(message)}`)
  if (error) lines.unshift(`- could not be measured: ${code(error)}`)
  return lines.length === 0 ? [] : [`${entry}:`, '', ...lines, '']
}

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``
