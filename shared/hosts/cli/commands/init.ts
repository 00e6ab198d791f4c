import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { GoldsyncError } from '../../../base/errors.ts'
import { observeLake } from '../../../inspect/observe-lake.ts'
import { configText } from '../../../propose/config-text.ts'
import { propose } from '../../../propose/propose.ts'
import { resolveLocation } from '../../../storages/location.ts'
import { openStorage } from '../../../storages/open.ts'
import { type InitOutput, versioned } from '../../output.ts'
import { type Around, aroundOf, storageOf } from '../around-lake.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { proposalLines } from '../text/init.ts'
import { printWrapped } from '../text/wrap.ts'

interface InitOptions extends GlobalOptions, Around {
  readonly write: boolean
  readonly force: boolean
}

const MORE = `
It lists a bounded number of folders (up to 24 of the root, the newest and the oldest at each level below) and reads
no file. The config is printed with what was seen as comments; --write writes it to goldsync.yaml, or to --config.

Exit status:
  0  a config is proposed
  1  none could be: what was seen is told

Examples:
  goldsync init ./golden --write
  goldsync init hdfs://datalake-vol/golden --namenode http://nn1:9870 --namenode http://nn2:9870 --user goldsync \\
      --metastore thrift://metastore:9083 --trino https://trino:8443
  goldsync init s3://bucket/golden                as whom: AWS_* in the environment`

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

export function addInit(program: Command, terminal: Terminal): void {
  program
    .command('init')
    .description('look at a lake, and propose a goldsync.yaml: layout, time zone, partition keys, database')
    .argument('<lake>', 'its root folder: a path, hdfs://… or s3://…')
    .option('--write', 'write the config; never over a file that is there', false)
    .option('--force', 'with --write: over a file that is there, too', false)
    .option('--namenode <url>', 'HTTP address of a NameNode; several times for several', several)
    .option('--user <name>', 'user name on HDFS and in the metastore')
    .option('--metastore <uri>', 'Hive metastore that gets the tables: thrift://host:9083')
    .option('--trino <url>', 'Trino that queries them')
    .addHelpText('after', MORE)
    .action(async (lake: string, _options, command: Command) => {
      const options = command.optsWithGlobals<InitOptions>()
      const output = await proposeFor(lake, options)
      const file = options.config ?? 'goldsync.yaml'
      const written = options.write && output.config !== undefined && !options.dryRun
      if (written) await write(file, output.config as string, options.force)
      if (options.json) terminal.print(JSON.stringify(versioned(output), null, 2))
      else printWrapped(terminal, proposalLines(output, { file, written, paint: terminal.paint }))
      process.exitCode = output.config === undefined ? 1 : 0
    })
}

async function proposeFor(lake: string, options: InitOptions): Promise<Omit<InitOutput, 'version'>> {
  const location = resolveLocation(lake)
  const storage = await openStorage(location, storageOf(location, options, process.env))
  try {
    const observed = await observeLake(storage, location)
    const proposal = propose(observed, Intl.DateTimeFormat().resolvedOptions().timeZone)
    const { folders, ...seen } = observed
    const output = {
      ...proposal,
      seen: { ...seen, folders: folders.map(({ segments }) => segments.join('/')) },
    }
    if (proposal.lakes.length === 0) return output
    return { ...output, config: configText(proposal, aroundOf(location, options, process.env)) }
  } finally {
    await storage.close()
  }
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new GoldsyncError('CONFLICT', `${file} ${exists ? 'is there already' : 'cannot be written'}`, {
      hint: exists
        ? '--force writes over it, --config names another file; without --write the config is only printed'
        : 'name a file with --config in a folder that you may write to',
      retryable: false,
      cause,
    })
  }
}
