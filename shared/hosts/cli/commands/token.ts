import { rename, rm, writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { GoldsyncError } from '../../../base/errors.ts'
import { encodeTokenFile, factsOf, type HadoopToken } from '../../../credentials/hadoop-token.ts'
import { connect } from '../../../function/connect.ts'
import type { Lake } from '../../../run/run.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface FetchOptions extends GlobalOptions {
  readonly out: string
}

const MORE = `
For functions that have neither keytab nor library: they name the file by auth: {kind: token, file: …}, or find it by
HADOOP_TOKEN_FILE_LOCATION. It replaces the one of before at once; running servers read it then. Tokens end if nobody
renews them, after a day as a rule: fetch new ones more often than that.`

export function addToken(program: Command, terminal: Terminal): void {
  program
    .command('token')
    .description("Hadoop's delegation tokens")
    .command('fetch')
    .description(
      'get a delegation token of each backend of the config with auth: kerberos, and write them to a file',
    )
    .addOption(new Option('--out <file>', 'the file; only its owner can read it').makeOptionMandatory())
    .addHelpText('after', MORE)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<FetchOptions>()
      const connection = connect(await openConfig(options))
      try {
        const tokens = await fetchTokens(await connection.lakes())
        if (!options.dryRun) await replace(options.out, encodeTokenFile(tokens))
        for (const token of tokens) terminal.note(sentence(token))
      } finally {
        await connection.close()
      }
    })
}

/** @throws GoldsyncError what a backend refused with; `CONFIG_INVALID` where none hands out tokens */
async function fetchTokens(lakes: readonly Lake[]): Promise<readonly HadoopToken[]> {
  const backends = new Set(lakes.flatMap(({ storage, catalogs }) => [storage, ...catalogs]))
  const tokens = await Promise.all([...backends].flatMap(backend => backend.delegationToken?.() ?? []))
  if (tokens.length > 0) return tokens
  throw new GoldsyncError('CONFIG_INVALID', 'no storage or catalog of the config hands out tokens', {
    hint: 'WebHDFS and metastores do, with auth: {kind: kerberos}',
  })
}

/** The new file, whole, in the place of the old one. */
async function replace(file: string, bytes: Buffer): Promise<void> {
  const fresh = `${file}.${process.pid}.new`
  try {
    await writeFile(fresh, bytes, { mode: 0o600, flag: 'wx' })
    await rename(fresh, file)
  } catch (cause) {
    await rm(fresh, { force: true })
    const { code } = cause as NodeJS.ErrnoException
    throw new GoldsyncError('REQUEST_INVALID', `--out: cannot write ${file} (${code})`, { cause })
  }
}

function sentence(token: HadoopToken): string {
  const facts = factsOf(token)
  const until = facts ? ` of ${facts.owner}, at most until ${new Date(facts.until).toISOString()}` : ''
  return `${token.alias}: ${token.kind}${until}`
}
