/** The commands and the options that all of them share. */
import { Command, Option } from 'commander'
import { addApply } from './commands/apply.ts'
import { addCheck } from './commands/check.ts'
import { addCompletion } from './commands/completion.ts'
import { addDemo } from './commands/demo.ts'
import { addForget } from './commands/forget.ts'
import { addHistory } from './commands/history.ts'
import { addInit } from './commands/init.ts'
import { addPlan } from './commands/plan.ts'
import { addPrune } from './commands/prune.ts'
import { addRename } from './commands/rename.ts'
import { addScan } from './commands/scan.ts'
import { addSchema } from './commands/schema.ts'
import { addServe } from './commands/serve.ts'
import { addStatus } from './commands/status.ts'
import { addSync } from './commands/sync.ts'
import { addToken } from './commands/token.ts'
import type { GlobalOptions } from './options.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

const EXAMPLES = `
Examples:
  goldsync scan --lake ./golden                 your own folder, into ./catalog.duckdb
  goldsync init ./golden --write                a goldsync.yaml for it
  goldsync plan --config goldsync.yaml          what a scan would do, and why the rest is held back
  goldsync sync orders --partition 2019/09/01/01
  goldsync schema part-0.parquet --json`

const COMMANDS = [
  addInit,
  addScan,
  addSync,
  addPlan,
  addApply,
  addStatus,
  addCheck,
  addHistory,
  addPrune,
  addRename,
  addForget,
  addSchema,
  addServe,
  addToken,
  addCompletion,
  addDemo,
]

const STATUSES = `
Exit status:
  0  all is done, or there was nothing to do; what is held back is in the report
  1  something failed, a file is exposed, or a file was rejected (schema); check: a run lacks something
  2  plan, schema --diff: there are changes to make
  3  a deadline or Ctrl-C left work for the next run
  4  sync --require: what was required cannot be queried
  64 the command line is wrong`

/** Commands that end with these; others tell their own. */
const RUNS: ReadonlySet<string> = new Set([
  'scan',
  'sync',
  'plan',
  'apply',
  'status',
  'prune',
  'rename',
  'forget',
])

/** Below the options, in the help and in the man page. */
export const AFTER = `${STATUSES}\n${EXAMPLES}`

/** The program; usage errors are thrown as CommanderError. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('goldsync')
    .description(
      'Makes the Parquet files of a data lake queryable tables: partitions and schemas from the footers alone.',
    )
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .hook('preAction', (_, command) => refuseIgnored(command))
    .addHelpText('after', AFTER)
  for (const option of sharedOptions()) program.addOption(option)
  for (const add of COMMANDS) add(program, terminal)
  for (const command of program.commands) if (RUNS.has(command.name())) command.addHelpText('after', STATUSES)
  return program
}

/** What would be ignored is not what was meant: beside a goldsync.yaml the run would write to the catalogs that it names. */
function refuseIgnored(command: Command): void {
  const options = command.optsWithGlobals<GlobalOptions>()
  if (options.lake !== undefined) return
  const ignored = (['layout', 'catalog'] as const).find(name => options[name] !== undefined)
  if (ignored === undefined) return
  const key = ignored === 'layout' ? 'lakes[].layout' : 'catalogs'
  command.error(
    `error: option '--${ignored}' counts only with '--lake <dir>': add that, or set ${key} in the configuration file`,
  )
}

const sharedOptions = (): Option[] => [
  new Option('--config <file>', 'configuration file (default: goldsync.yaml, or GOLDSYNC_CONFIG as JSON)'),
  new Option('--lake <dir>', 'a lake without a configuration file: its root folder').conflicts('config'),
  new Option('--layout <template>', 'with --lake: folders from the root to a partition').default(
    undefined,
    '{topic}/{yyyy}/{MM}/{dd}/{HH}',
  ),
  new Option('--catalog <file>', 'with --lake: the DuckDB file to write').default(
    undefined,
    'catalog.duckdb',
  ),
  new Option('--dry-run', 'show what would be done, write nothing').default(false),
  new Option('--json', 'print the result as JSON').default(false),
  new Option('-v, --verbose', 'show the statements, every finding, and the stack of an error').default(false),
  new Option(
    '-q, --quiet',
    'scan, sync, prune, rename, forget: print nothing unless something is wrong',
  ).default(false),
  new Option(
    '--log-level <level>',
    'log to standard error, as JSON lines; debug has each decision and call',
  ).choices(['debug', 'info', 'warn', 'error', 'silent']),
]
