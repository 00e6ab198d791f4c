/** A proposal as the text of a goldsync.yaml, with what was seen as comments. Pure. */
import { visible } from '../base/visible.ts'
import type { Decision, LakeProposal, Proposal } from './observed.ts'

/** What the folders do not tell: settings as YAML, without indentation. */
export interface Around {
  /** Of each lake. */
  readonly storage: readonly string[]
  readonly catalogs: readonly string[]
  readonly engines: readonly string[]
}

/** YAML of text, whatever is in it: JSON's strings are YAML's; `$` would begin a variable; what cannot be seen is shown. */
const quoted = (text: string): string =>
  // A text in the place of a function would have its own `$$` read as one.
  JSON.stringify(text.replaceAll('${', () => '$${')).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    char => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  )

/** Of names that were found: a line break would end a comment. */
const comment = (text: string): readonly string[] =>
  text.split(/[\r\n\u2028\u2029\u0085]+/).map(line => `# ${visible(line)}`)

const indented = (by: number, lines: readonly string[]): string[] =>
  lines.map(line => `${' '.repeat(by)}${line}`)

export function configText({ lakes, open }: Proposal, { storage, catalogs, engines }: Around): string {
  const lines = [
    '# Proposed by goldsync init of what it saw. All keys: docs/configuration.md',
    ...open.flatMap(question => comment(`open: ${question}`)),
    'lakes:',
    ...lakes.flatMap(lake => lakeLines(lake, storage)),
    'catalogs:',
    ...indented(2, catalogs),
    ...(engines.length > 0 ? ['engines:', ...indented(2, engines)] : ENGINES),
  ]
  return `${lines.join('\n')}\n`
}

const ENGINES =
  comment(`engines: # who queries the tables: they are told of new partitions, and asked whether they see them
  trino: { kind: trino, url: "https://trino:8443", catalog: hive, user: goldsync, password: "\${TRINO_PASSWORD}" }`)

const because = ({ sure, why }: Decision): readonly string[] => comment(`${sure}: ${why}`)

function lakeLines(lake: LakeProposal, storage: readonly string[]): readonly string[] {
  const { location, layout, timeZone, partitionKeys, database, include, exclude } = lake
  const topics = { ...(include ? { include } : {}), ...(exclude ? { exclude } : {}) }
  const [typed] = partitionKeys.alternatives ?? []
  return [
    `  - location: ${quoted(location)}`,
    ...indented(4, [
      ...storage,
      ...because(layout),
      `layout: ${quoted(layout.value)}`,
      ...because(timeZone),
      ...(timeZone.alternatives?.length
        ? comment(`or: ${timeZone.alternatives.slice(0, 5).join(', ')}`)
        : []),
      `timeZone: ${quoted(timeZone.value)}`,
      ...comment(
        `partition keys: ${partitionKeys.value} (${partitionKeys.why})${typed ? '; or, before the first scan:' : ''}`,
      ),
      ...(typed ? comment(['partitionKeys:', ...indented(2, typed.split('\n'))].join('\n')) : []),
      ...because(database),
      `database: ${database.value}`,
      'createDatabase: true',
      ...Object.entries(topics).flatMap(([key, names], at) => [
        ...(at === 0 ? ['tables:'] : []),
        `  ${key}: [${names.map(name => quoted(globOf(name))).join(', ')}]`,
      ]),
    ]),
  ]
}

/** A glob that stands for this very name. */
const globOf = (name: string): string => name.replace(/[\\*?[\]{}()!+@|]/g, '\\$&')
