/** The man page, made of the tree of commands. Pure. https://man.openbsd.org/man.7 */
import { type CommandNode, everyCommand, type OptionNode } from './tree.ts'

/** Text as roff has it: backslashes, hyphens that are to be copied, and lines that would be requests. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1')

interface Page {
  readonly version: string
  /** `--help` of the program below its options: statuses and examples. */
  readonly after: string
}

export function manPage(tree: CommandNode, { version, after }: Page): string {
  const lines = [
    `.TH GOLDSYNC 1 "" "goldsync ${roff(version)}" "User Commands"`,
    '.SH NAME',
    `goldsync \\- makes the Parquet files of a data lake queryable tables`,
    '.SH SYNOPSIS',
    ...tree.commands.flatMap(({ name, usage }) => [`.B goldsync ${name}`, `[options] ${roff(usage)}`, '.br']),
    '.SH DESCRIPTION',
    roff(tree.description),
    '.SH COMMANDS',
    ...everyCommand(tree).flatMap(({ name, usage, description, options }) => [
      `.SS "goldsync ${name} ${roff(usage).replaceAll('"', '\\(dq')}"`,
      roff(description),
      ...options.filter(({ long }) => long !== '--help').flatMap(optionLines),
    ]),
    '.SH OPTIONS',
    'Of every command:',
    ...tree.options.flatMap(optionLines),
    ...sectionsOf(after),
    '.SH FILES',
    '.TP\n.I goldsync.yaml\nThe configuration, where neither \\-\\-config nor GOLDSYNC_CONFIG gives another.',
    '.SH ENVIRONMENT',
    '.TP\n.B GOLDSYNC_CONFIG\nThe configuration itself, as YAML or JSON.',
    '.TP\n.B NO_COLOR\nNo colours, where it is set.',
  ]
  return `${lines.join('\n')}\n`
}

function optionLines({ long, short, value, description, choices }: OptionNode): readonly string[] {
  const names = [...(short ? [short] : []), long].map(name => `\\fB${roff(name)}\\fR`).join(', ')
  const of = choices.length > 0 ? ` (${choices.join(', ')})` : ''
  return ['.TP', `${names}${value === undefined ? '' : ` ${roff(value)}`}`, roff(`${description}${of}`)]
}

/** `Exit status:` and what is indented below it. */
function sectionsOf(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .flatMap(line => {
      if (/^\S.*:$/.test(line)) return [`.SH ${line.slice(0, -1).toUpperCase()}`]
      return line.trim() === '' ? [] : [roff(line.trim()), '.br']
    })
}
