import type { Command } from 'commander'
import { summarizeError } from '../../../errors.ts'
import { describeFile, type FileDescription } from '../../../parquet/read.ts'
import { resolveLocation, schemeOf } from '../../../storages/location.ts'
import { openStorage } from '../../../storages/open.ts'
import type { Storage } from '../../../storages/storage.ts'
import type { GlobalOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { schemaLines } from '../text/schema.ts'

export function addSchema(program: Command, terminal: Terminal): void {
  program
    .command('schema')
    .description('show the Hive columns of Parquet files by their footers; exit status 1 if one is rejected')
    .argument('<file...>', 'paths, hdfs://… or s3://… (as whom: AWS_* in the environment)')
    .action(async (files: readonly string[], _options, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      process.exitCode = await describeFiles(files, json, terminal)
    })
}

/** One file after the other, each printed when it is known: the list may be long. */
async function describeFiles(files: readonly string[], json: boolean, terminal: Terminal): Promise<0 | 1> {
  const storages = new Map<string, Storage>()
  let rejected = false
  try {
    for (const file of files) {
      // The file is named as the user named it.
      const description: FileDescription = { ...(await describe(file, storages)), file }
      rejected ||= 'error' in description
      terminal.print(json ? JSON.stringify(description) : schemaLines(description, terminal.paint).join('\n'))
    }
  } finally {
    await Promise.all([...storages.values()].map(storage => storage.close()))
  }
  return rejected ? 1 : 0
}

async function describe(file: string, storages: Map<string, Storage>): Promise<FileDescription> {
  try {
    const location = resolveLocation(file)
    const [root] = /^[^/]*:\/\/[^/]*/.exec(location) ?? ['/']
    const storage = storages.get(root) ?? (await openStorage(root, settingsOf(root)))
    storages.set(root, storage)
    return await describeFile(storage, location)
  } catch (error) {
    const { code, message } = summarizeError(error)
    return { file, error: { code, message } }
  }
}

/** What the SDK does not tell from these variables itself: that another server than AWS's has its buckets in the path. */
function settingsOf(root: string): Readonly<Record<string, unknown>> {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION } = process.env
  const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL
  if (!(schemeOf(root).startsWith('s3') && endpoint)) return {}
  return { endpoint, ...(AWS_REGION ? { region: AWS_REGION } : {}) }
}
