import { type Command, InvalidArgumentError, Option } from 'commander'
import type { HistoryQuery } from '../../../history/history.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface HistoryCommandOptions extends GlobalOptions {
  readonly partition?: string
  readonly since?: number
  readonly run?: string
  readonly limit: number
}

export function addHistory(program: Command, terminal: Terminal): void {
  program
    .command('history')
    .description('show what became of files, partitions and tables: which run, when, why; the newest first')
    .argument(
      '[what]',
      'a topic, a table, database.table, or a file: its location, or the end of it from a / on',
    )
    .option('--partition <values>', 'a partition, or all below it: 2019/09/01')
    .option('--since <time>', 'no older ones: 90m, 24h, 7d, or a time in ISO 8601', parseSince)
    .option('--run <id>', 'of one run')
    .addOption(new Option('--limit <number>', 'at most so many').argParser(parseLimit).default(50))
    .action(async (what: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<HistoryCommandOptions>()
      const config = await openConfig(options)
      const { showHistory } = await import('../show-history.ts')
      await showHistory(config, queryOf(what, options), options.json, terminal)
    })
}

function queryOf(
  what: string | undefined,
  { partition, since, run, limit }: HistoryCommandOptions,
): HistoryQuery {
  const isFile = what !== undefined && (what.includes('/') || what.endsWith('.parquet'))
  return {
    ...(what === undefined ? {} : isFile ? { file: what } : { table: what }),
    ...(partition === undefined ? {} : { partition }),
    ...(since === undefined ? {} : { since }),
    ...(run === undefined ? {} : { runId: run }),
    limit,
  }
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseSince(text: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  // Date.parse takes 5 for May of 2001.
  const written = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN
  const time = number === undefined ? written : Date.now() - Number(number) * (UNITS[unit] ?? 0)
  if (!Number.isNaN(time)) return time
  throw new InvalidArgumentError('expected 90m, 24h, 7d, or a time such as 2019-09-01T12:00Z')
}

const MOST = 100_000

function parseLimit(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0 && number <= MOST) return number
  throw new InvalidArgumentError(`expected a number from 1 to ${MOST}`)
}
