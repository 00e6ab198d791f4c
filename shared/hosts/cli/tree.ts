/** The commands and options as data, for what is made of them: completion of shells, and the man page. */
import type { Command, Option } from 'commander'

export interface OptionNode {
  /** `--mode`, and `-v` where it has a short form. */
  readonly long: string
  readonly short?: string
  readonly description: string
  /** `<mode>`, where it takes a value. */
  readonly value?: string
  readonly choices: readonly string[]
  /** Whether the value is a path. */
  readonly takesPath: boolean
}

export interface CommandNode {
  /** `token fetch` for a command below another. */
  readonly name: string
  readonly description: string
  /** `<table> [--…]`: arguments as they are written. */
  readonly usage: string
  /** Values of the first argument. */
  readonly choices: readonly string[]
  /** Whether its arguments are paths. */
  readonly takesPath: boolean
  readonly options: readonly OptionNode[]
  readonly commands: readonly CommandNode[]
}

/** The program without its name; commands carry their own names, below others with theirs before. */
export function treeOf(command: Command, above = ''): CommandNode {
  const name = above === '' ? command.name() : `${above} ${command.name()}`
  const help = command.createHelp()
  const own = command.parent === null ? '' : name
  return {
    name: own,
    description: command.description(),
    usage: command.registeredArguments.map(usageOf).join(' '),
    choices: command.registeredArguments[0]?.argChoices ?? [],
    takesPath: command.registeredArguments.some(argument => PATHS.test(argument.name())),
    options: help.visibleOptions(command).map(nodeOf),
    commands: help
      .visibleCommands(command)
      .filter(one => one.name() !== 'help')
      .map(one => treeOf(one, own)),
  }
}

const usageOf = (argument: Command['registeredArguments'][number]): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

const PATHS = /\b(file|dir|folder|path|lake)\b/

function nodeOf({ long, short, description, flags, argChoices }: Option): OptionNode {
  const [value] = /[<[][^>\]]+[>\]]/.exec(flags) ?? []
  return {
    long: long ?? '',
    ...(short ? { short } : {}),
    description,
    ...(value === undefined ? {} : { value }),
    choices: argChoices ?? [],
    takesPath: PATHS.test(value ?? ''),
  }
}

/** All commands that do something, with the options of the program. */
export const everyCommand = ({ commands }: CommandNode): readonly CommandNode[] =>
  commands.flatMap(one => (one.commands.length > 0 ? [one, ...everyCommand(one)] : [one]))
