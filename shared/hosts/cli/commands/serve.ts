import { type Command, InvalidArgumentError } from 'commander'
import { serve } from '../../http/serve.ts'
import { type GlobalOptions, openConfig } from '../options.ts'
import type { Terminal } from '../terminal.ts'

interface ServeOptions extends GlobalOptions {
  readonly port: number
  readonly host: string
}

export function addServe(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description(
      'serve the functions over HTTP: CloudEvents at /, JSON at /invoke/<function>, sinks at /webhook',
    )
    .option('--port <port>', 'TCP port; 0 chooses a free one', parsePort, Number(process.env.PORT ?? 8080))
    .option(
      '--host <address>',
      'address to listen on; 0.0.0.0 for all, where whoever reaches it may call every function',
      '127.0.0.1',
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ServeOptions>()
      const config = await openConfig(options)
      const { host } = options
      const port = await serve(config, { port: options.port, host, level: options.logLevel, history: true })
      terminal.note(`goldsync serves on port ${port} of ${host}; end it with Ctrl-C`)
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('expected a number from 0 to 65535')
}
