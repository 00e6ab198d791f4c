/** `goldsync status --html FILE`: the status page as a file. */
import { GoldsyncError } from '../../base/errors.ts'
import { openLog } from '../../base/log.ts'
import { reportOf } from '../../function/outcome.ts'
import type { StatusReport } from '../../function/status.ts'
import { versioned } from '../output.ts'
import { pageOf } from '../page.ts'
import { pastOf } from '../past.ts'
import { replaceFile } from '../replace-file.ts'
import { call } from './call.ts'
import { type GlobalOptions, openConfig } from './options.ts'
import type { Terminal } from './terminal.ts'
import { showFailure } from './text/error.ts'

/**
 * @returns the exit status: 1 where a lake or table could not be asked; the page tells of it all the same
 * @throws GoldsyncError `REQUEST_INVALID` where the file cannot be written
 */
export async function writeStatusPage(
  file: string,
  params: unknown,
  options: GlobalOptions,
  terminal: Terminal,
): Promise<number> {
  const config = await openConfig(options)
  const log = openLog(options.logLevel ?? 'silent')
  const now = Date.now()
  const outcome = await call('status', params, { config, log }, terminal)
  const report = reportOf(outcome) as StatusReport | undefined
  if (options.json) terminal.print(JSON.stringify(versioned(report ?? outcome), null, 2))
  if (report) {
    const past = await pastOf(config, process.env, true, now)
    await writePage(file, pageOf(report, { now, past, isLive: false }))
    if (!options.json && !options.quiet) terminal.note(`wrote ${file}`)
  } else if (!options.json && 'error' in outcome) showFailure(terminal, outcome.error)
  return outcome.status === 'ok' ? 0 : 1
}

async function writePage(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text)
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new GoldsyncError('REQUEST_INVALID', `cannot write ${file} (${code})`, {
      hint: 'name a file in a folder that is there, and that you may write',
      cause,
    })
  }
}
