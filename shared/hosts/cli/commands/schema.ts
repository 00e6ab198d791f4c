import { resolve } from 'node:path'
import type { Command } from 'commander'
import { describeFile, type FileDescription } from '../../../parquet/read.ts'
import { openStorage } from '../../../storages/open.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { schemaLines } from '../text/schema.ts'

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('show the Hive columns of Parquet files by their footers; exit status 1 if one is rejected')
    .argument('<file...>', 'local files')
    .action(async (files: readonly string[], _options, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      process.exitCode = await describeFiles(files, json, terminal)
    })
}

/** One file after the other, each printed when it is known: the list may be long. */
async function describeFiles(files: readonly string[], json: boolean, terminal: Terminal): Promise<0 | 1> {
  const storage = await openStorage('/', {})
  let rejected = false
  try {
    for (const file of files) {
      // The file is named as the user named it.
      const description: FileDescription = { ...(await describeFile(storage, resolve(file))), file }
      rejected ||= 'error' in description
      terminal.print(json ? JSON.stringify(description) : schemaLines(description, terminal.paint).join('\n'))
    }
  } finally {
    await storage.close()
  }
  return rejected ? 1 : 0
}
