import { type Command, Option } from 'commander'
import { TYPE_ENGINES, type TypeEngine } from '../../../sql/engine-type.ts'
import { versioned } from '../../output.ts'
import { type NamedFiles, openNamedFiles } from '../named-files.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { rejectionLines, type SchemaView, schemaLines, typesOf } from '../text/schema.ts'
import { printWrapped } from '../text/wrap.ts'
import { diffSchemas } from './schema-diff.ts'

interface SchemaOptions extends GlobalOptions {
  readonly for?: TypeEngine
  readonly diff: boolean
  readonly facts: boolean
}

const STATUS = `
Exit status:
  0  every file was read; with --diff: the table stays as it is
  1  a file was rejected; with --diff: or held back
  2  with --diff: the table would change

Examples:
  goldsync schema part-0.parquet --for trino
  goldsync schema --diff yesterday.parquet today.parquet`

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('show what the footers of Parquet files say: columns, types, statistics, findings')
    .argument('<file...>', 'paths, hdfs://… or s3://… (as whom: --config, or AWS_* in the environment)')
    .addOption(
      new Option(
        '--for <engine>',
        'whose types and hazards to show (default: Hive types, all hazards)',
      ).choices(TYPE_ENGINES),
    )
    .option('--diff', 'take the first file as the table: what would the others do to it, and why?', false)
    .option('--facts', 'with --json: how each file is packed, and the statistics of its columns', false)
    .addHelpText('after', STATUS)
    .action(async (files: readonly string[], _options, command: Command) => {
      const options = command.optsWithGlobals<SchemaOptions>()
      const fault = faultOf(files, options)
      if (fault) command.error(`error: ${fault}`)
      process.exitCode = await run(files, options, terminal)
    })
}

function faultOf(files: readonly string[], options: SchemaOptions): string | undefined {
  if (options.json && options.for) return '--json has the types of Hive: leave out --for'
  if (options.diff && files.length < 2) return '--diff needs two files: the table and a new one'
  return undefined
}

async function run(names: readonly string[], options: SchemaOptions, terminal: Terminal): Promise<0 | 1 | 2> {
  const files = openNamedFiles(options.config === undefined ? [] : (await openConfig(options)).lakes)
  const view = { paint: terminal.paint, width: process.stdout.columns, engine: options.for }
  try {
    if (options.diff) return await diffSchemas(names, files, terminal, options.json ? undefined : view)
    return await showSchemas(names, files, terminal, options.json ? options : view)
  } finally {
    await files.close()
  }
}

/** One file after the other, each printed when it is known: the list may be long. */
async function showSchemas(
  names: readonly string[],
  files: NamedFiles,
  terminal: Terminal,
  as: SchemaView | { readonly facts: boolean },
): Promise<0 | 1> {
  let rejected = false
  for (const [at, name] of names.entries()) {
    if ('facts' in as) {
      const description = await files.describe(name, as.facts)
      rejected ||= 'error' in description
      terminal.print(JSON.stringify(versioned(description)))
    } else {
      const found = await files.inspect(name, typesOf(as))
      rejected ||= 'code' in found
      const lines = 'code' in found ? rejectionLines(name, found, as.paint) : schemaLines(name, found, as)
      printWrapped(terminal, [...(at > 0 ? [''] : []), ...lines])
    }
  }
  return rejected ? 1 : 0
}
