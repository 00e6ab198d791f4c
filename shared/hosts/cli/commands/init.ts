import type { Command } from 'commander'
import type { InitOptions } from '../show-proposal.ts'
import type { Terminal } from '../terminal.ts'

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
      const { showProposal } = await import('../show-proposal.ts')
      process.exitCode = (await showProposal(lake, options, terminal)) ? 0 : 1
    })
}
