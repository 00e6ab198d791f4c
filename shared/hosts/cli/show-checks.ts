/** What `goldsync check` does: loaded when it is asked for. */
import { summarizeError } from '../../base/errors.ts'
import { because, type Check, counted, notAsked, ok, reportOf } from '../../check/check.ts'
import { lines, runChecks } from '../../check/run-checks.ts'
import type { Config } from '../../config/config.ts'
import { connect } from '../../function/connect.ts'
import { versioned } from '../output.ts'
import { needsClock } from './needs-clock.ts'
import { type GlobalOptions, openConfig } from './options.ts'
import type { Terminal } from './terminal.ts'
import { openCheckText } from './text/check.ts'

/** @returns whether nothing has failed */
export async function showChecks(options: GlobalOptions, terminal: Terminal): Promise<boolean> {
  const text = openCheckText(terminal, options)
  const checks: Check[] = []
  for await (const check of checksOf(options)) {
    checks.push(check)
    if (!options.json) text.show(check)
  }
  const report = reportOf(checks)
  if (options.json) terminal.print(JSON.stringify(versioned(report), null, 2))
  else text.end(report)
  return report.ok
}

async function* checksOf(options: GlobalOptions): AsyncGenerator<Check> {
  let config: Config
  try {
    config = await openConfig(options)
  } catch (error) {
    yield* cannotGoOn(error, 'the config cannot be used')
    return
  }
  const connection = connect(config)
  try {
    const [lakes, schedulers] = await Promise.all([connection.lakes(), connection.schedulers()])
    yield* lines('config', [ok(saidOf(config, options))])
    const { webhook } = config
    yield* runChecks(lakes, { webhook, schedulers, needsClock: needsClock(config) })
  } catch (error) {
    yield* cannotGoOn(error, 'a driver cannot be opened')
  } finally {
    await connection.close()
  }
}

const cannotGoOn = (error: unknown, why: string): readonly Check[] =>
  lines('config', [because(summarizeError(error)), notAsked('all the rest', why)])

function saidOf({ lakes, catalogs, engines }: Config, { config, lake }: GlobalOptions): string {
  const source = config ?? (process.env.GOLDSYNC_CONFIG ? 'GOLDSYNC_CONFIG' : 'goldsync.yaml')
  const parts = [
    counted(lakes.length, 'lake'),
    counted(Object.keys(catalogs).length, 'catalog'),
    counted(Object.keys(engines).length, 'engine'),
  ]
  return `${lake === undefined ? source : 'the command line'} is valid: ${parts.join(', ')}`
}
