/** Registering the samples: by this build, in process, or by the command line of another one. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { scan } from '../../functions/scan.ts'
import { openLog } from '../../shared/base/log.ts'
import { configOf } from '../../shared/config/config.ts'
import { connect } from '../../shared/function/connect.ts'
import { isRun, reportOf } from '../../shared/function/outcome.ts'
import type { TableReport } from '../../shared/run/report.ts'
import { topLevel } from './samples.ts'

/** Why columns are not in a table, or its file is not: codes. */
export interface Reasons {
  readonly held: string
  readonly left: ReadonlyMap<string, string>
}

/** @returns by topic */
export async function registerNow(
  config: object,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Reasons>> {
  const connection = connect(configOf(config, 'the truth table', {}))
  try {
    const context = { lakes: connection.lakes, log: openLog('silent') }
    const report = reportOf(await scan.invoke({ id: 'truth', params: { tables: [...topics] } }, context))
    if (!isRun(report)) throw new Error(JSON.stringify(report))
    return new Map(report.tables.map(table => [table.topic, reasonsOf(table)]))
  } finally {
    await connection.close()
  }
}

function reasonsOf({ diagnostics, error }: TableReport): Reasons {
  const held = diagnostics.find(found => !found.leftOut && found.severity !== 'info')
  const left = diagnostics.flatMap(found => (found.leftOut ? [[topLevel(found), found.code] as const] : []))
  return { held: error?.code ?? held?.code ?? '', left: new Map(left.reverse()) }
}

/** @param build a built checkout */
export async function registerBefore(build: string, config: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-truth-'))
  try {
    const file = join(folder, 'goldsync.yaml')
    await writeFile(file, JSON.stringify(config))
    const program = join(build, 'dist/cli/goldsync.mjs')
    await promisify(execFile)(process.execPath, [program, 'scan', '--config', file, '--json'], {
      maxBuffer: 1 << 28,
      cwd: folder,
    }).catch((error: { readonly code?: unknown; readonly stderr?: string }) => {
      // 1: of some table it failed, which then has no cells.
      if (error.code !== 1 && error.code !== 3) throw error
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
