import { type Command, Option } from 'commander'
import { GoldsyncError, summarizeError } from '../../../base/errors.ts'
import { factsOf, type HadoopToken } from '../../../credentials/hadoop-token.ts'
import { connect } from '../../../function/connect.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { type Fetched, fetchInto, tokenSources } from '../tokens.ts'

interface FetchOptions extends GlobalOptions {
  readonly out: string
}

const MORE = `
For functions that have neither keytab nor library: they name the file by auth: {kind: token, file: …}, or find it by
HADOOP_TOKEN_FILE_LOCATION. It replaces the one of before at once; running servers read it then. Tokens end if nobody
renews them, after a day as a rule: fetch new ones more often than that. Where a backend fails, the file's token of it
stays as it is, the others are replaced, and the exit status is 1. With --dry-run no token is fetched.`

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
        const sources = tokenSources(await connection.lakes())
        if (options.dryRun)
          for (const name of sources.keys()) terminal.note(`${name}: would be asked for a token`)
        else tell(await fetchInto(options.out, sources), terminal)
      } finally {
        await connection.close()
      }
    })
}

/** @throws GoldsyncError which backends gave none, and why */
function tell({ tokens, failures }: Fetched, terminal: Terminal): void {
  for (const token of tokens) terminal.note(sentence(token))
  const [first] = failures
  if (first === undefined) return
  const { code, hint, retryable } = summarizeError(first.error)
  const reasons = failures.map(({ name, error }) => `${name}: ${summarizeError(error).message}`)
  throw new GoldsyncError(code, `no new token of ${reasons.join('; of ')}`, {
    ...(hint === undefined ? {} : { hint }),
    retryable,
    cause: first.error,
  })
}

function sentence(token: HadoopToken): string {
  const facts = factsOf(token)
  const until = facts ? ` of ${facts.owner}, at most until ${new Date(facts.until).toISOString()}` : ''
  return `${token.alias}: ${token.kind}${until}`
}
