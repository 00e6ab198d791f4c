/** After a run of the command line: its metrics, for who scrapes no process that ends. A failure here fails no run. */
import { summarizeError } from '../../base/errors.ts'
import type { Config } from '../../config/config.ts'
import type { Outcome } from '../../function/outcome.ts'

/** Milliseconds that the receiver of OTLP has. */
const LIMIT = 5_000

/** Commands that bring tables up to date, or change them by hand: the others only look. */
const COMMANDS: ReadonlySet<string> = new Set(['scan', 'sync', 'prune', 'rename', 'forget'])

/** @param params as the command was called with @returns what could not be done */
export async function leaveMetrics(
  command: string,
  params: unknown,
  outcome: Outcome,
  config: Pick<Config, 'metrics' | 'lakes'>,
  startedAt: number,
): Promise<string | undefined> {
  const { textfile, otlp } = config.metrics
  const { mode, dryRun } = (params ?? {}) as { readonly mode?: string; readonly dryRun?: boolean }
  if ((textfile === undefined && otlp === undefined) || dryRun || !COMMANDS.has(command)) return undefined
  try {
    const { namesTables } = await import('../metrics/metrics.ts')
    const { lastRunMetrics } = await import('../metrics/last-run.ts')
    const { beforeIn, textfileOf, writeTextfile } = await import('../metrics/textfile.ts')
    const about = { command, mode, config: config.metrics.name ?? nameOf(config) }
    const file = textfile === undefined ? undefined : textfileOf(textfile, about)
    const before = file === undefined ? {} : await beforeIn(file)
    const named = namesTables(params)
    const registry = lastRunMetrics({ ...about, outcome, startedAt, endedAt: Date.now(), named, before })
    if (file !== undefined) await writeTextfile(file, registry)
    if (otlp === undefined) return undefined
    const { openPush } = await import('../metrics/push.ts')
    return await (await openPush(registry, otlp)).send(LIMIT)
  } catch (error) {
    return summarizeError(error).message
  }
}

/** Of its lakes' locations: `datalake-vol-golden` for hdfs://datalake-vol/golden. */
const nameOf = ({ lakes }: Pick<Config, 'lakes'>): string =>
  lakes
    .map(({ location }) => location.replace(/^\w+:\/*/, '').replace(/[^\w.-]+/g, '-'))
    .map(name => name.replace(/^-+|-+$/g, ''))
    .join('+')
    .slice(0, 100)
