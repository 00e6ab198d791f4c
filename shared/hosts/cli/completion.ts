/** Completion for shells, made of the tree of commands: no word of it is written by hand, and nothing runs goldsync while one types. Pure. */
import { type CommandNode, everyCommand, type OptionNode } from './tree.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

export function completionFor(shell: Shell, tree: CommandNode): string {
  switch (shell) {
    case 'bash':
      return bash(tree)
    case 'zsh':
      return zsh(tree)
    case 'fish':
      return fish(tree)
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const wordsOf = ({ long, short }: OptionNode): readonly string[] => (short ? [long, short] : [long])

/** A command's own options and those of the program. */
const optionsOf = (command: CommandNode, tree: CommandNode): readonly OptionNode[] => [
  ...command.options,
  ...tree.options.filter(({ long }) => !command.options.some(own => own.long === long)),
]

/** What may stand after a command: commands below it, else what its argument may be. */
const wordsBelow = ({ commands, choices }: CommandNode): readonly string[] =>
  commands.length > 0 ? commands.map(({ name }) => name.split(' ').at(-1) ?? '') : choices

const bashWords = (command: CommandNode, options: readonly string[]): string =>
  [
    `words=${quoted(wordsBelow(command).join(' '))}`,
    `options=${quoted(options.join(' '))}`,
    ...(command.takesPath ? ['files=yes'] : []),
  ].join('; ')

function bash(tree: CommandNode): string {
  const every = everyCommand(tree)
  const all = [...tree.options, ...every.flatMap(({ options }) => options)]
  const withValue = all.filter(({ value }) => value !== undefined)
  const values = [...new Map(withValue.map(one => [one.long, one])).values()].map(option => {
    const offered =
      option.choices.length > 0
        ? `COMPREPLY=($(compgen -W ${quoted(option.choices.join(' '))} -- "$word"))`
        : option.takesPath
          ? 'COMPREPLY=($(compgen -f -- "$word"))'
          : 'COMPREPLY=()'
    return `    ${wordsOf(option).join('|')}) ${offered}; return ;;`
  })
  const commands = every.map(command => {
    const options = optionsOf(command, tree).flatMap(wordsOf)
    return `    ${quoted(command.name)}) ${bashWords(command, options)} ;;`
  })
  const skipped = withValue.flatMap(wordsOf).join('|')
  return `# bash completion of goldsync: source <(goldsync completion bash)
_goldsync() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' options='' files='' at one
  COMPREPLY=()
  case "$before" in
${values.join('\n')}
  esac
  for ((at = 1; at < COMP_CWORD; at++)); do
    one="\${COMP_WORDS[at]}"
    case "$one" in
    ${skipped}) ((at++)) ;;
    -*) ;;
    *)
      case "\${command:+$command }$one" in
      ${every.map(({ name }) => quoted(name)).join('|')}) command="\${command:+$command }$one" ;;
      *) [[ -n $command ]] && break ;;
      esac ;;
    esac
  done
  case "$command" in
    '') ${bashWords(tree, tree.options.flatMap(wordsOf))} ;;
${commands.join('\n')}
  esac
  case "$word" in
  -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
  *)
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ -n $files ]] && COMPREPLY+=($(compgen -f -- "$word")) ;;
  esac
  return 0
}
complete -o filenames -F _goldsync goldsync
`
}

/** A specification of _arguments. */
function zshOption({ long, short, description, value, choices, takesPath }: OptionNode): readonly string[] {
  const said = description.replace(/[[\]\\:]/g, '\\$&')
  const action = choices.length > 0 ? `(${choices.join(' ')})` : takesPath ? '_files' : ' '
  const takes = value === undefined ? '' : `:${value.replace(/[<>[\]:]/g, '')}:${action}`
  return (short ? [long, short] : [long]).map(word => quoted(`${word}[${said}]${takes}`))
}

function zsh(tree: CommandNode): string {
  const every = everyCommand(tree)
  const described = (commands: readonly CommandNode[]): string =>
    commands
      .map(({ name, description }) =>
        quoted(`${name.split(' ').at(-1)}:${description.replaceAll(':', '\\:')}`),
      )
      .join(' ')
  const cases = every.map(command => {
    const options = optionsOf(command, tree).flatMap(zshOption).join(' ')
    const rest =
      command.choices.length > 0
        ? ` '*:value:(${command.choices.join(' ')})'`
        : command.takesPath
          ? ` '*:file:_files'`
          : ''
    const below =
      command.commands.length > 0
        ? `local -a below=(${described(command.commands)}); _describe command below; `
        : ''
    return `    ${quoted(command.name)}) ${below}_arguments -s ${options}${rest} ;;`
  })
  return `#compdef goldsync
# zsh completion of goldsync: goldsync completion zsh > "\${fpath[1]}/_goldsync", or source <(goldsync completion zsh)
_goldsync() {
  local command='' one at
  for ((at = 2; at < CURRENT; at++)); do
    one="\${words[at]}"
    case "\${command:+$command }$one" in
    ${every.map(({ name }) => quoted(name)).join('|')}) command="\${command:+$command }$one" ;;
    esac
  done
  case "$command" in
    '') local -a commands=(${described(tree.commands)}); _describe command commands; _arguments -s ${tree.options.flatMap(zshOption).join(' ')} ;;
${cases.join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _goldsync "$@"; else compdef _goldsync goldsync; fi
`
}

function fish(tree: CommandNode): string {
  const line = (condition: string, rest: string) => `complete -c goldsync -n ${quoted(condition)} ${rest}`
  const option = (condition: string, { long, short, description, value, choices, takesPath }: OptionNode) =>
    line(
      condition,
      [
        `-l ${long.slice(2)}`,
        ...(short ? [`-s ${short.slice(1)}`] : []),
        ...(value === undefined ? [] : [takesPath ? '-r -F' : '-x']),
        ...(choices.length > 0 ? [`-a ${quoted(choices.join(' '))}`] : []),
        `-d ${quoted(description)}`,
      ].join(' '),
    )
  const at = ({ name }: CommandNode) => `__goldsync_at ${name}`
  const is = ({ name }: CommandNode) => `__goldsync_is ${name}`
  const below = (condition: string, commands: readonly CommandNode[]) =>
    commands.map(({ name, description }) =>
      line(condition, `-f -a ${name.split(' ').at(-1)} -d ${quoted(description)}`),
    )
  const lines = [
    ...below('__goldsync_is', tree.commands),
    ...tree.options.map(one => option('true', one)),
    ...everyCommand(tree).flatMap(command => [
      ...below(is(command), command.commands),
      ...command.options.map(one => option(at(command), one)),
      ...(command.choices.length > 0
        ? [line(is(command), `-f -a ${quoted(command.choices.join(' '))}`)]
        : []),
      ...(command.takesPath ? [] : [line(at(command), '-f')]),
    ]),
  ]
  const valued = [...tree.options, ...everyCommand(tree).flatMap(({ options }) => options)]
    .filter(({ value }) => value !== undefined)
    .flatMap(wordsOf)
  return `# fish completion of goldsync: goldsync completion fish > ~/.config/fish/completions/goldsync.fish
function __goldsync_words
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case ${[...new Set(valued)].join(' ')}
                set skip yes
            case '-*'
            case '*'
                echo $word
        end
    end
end
function __goldsync_is
    set -l words (__goldsync_words)
    test "$words" = "$argv"
end
function __goldsync_at
    set -l words (__goldsync_words)
    test "$words[1..$(count $argv)]" = "$argv"
end
${lines.join('\n')}
`
}
