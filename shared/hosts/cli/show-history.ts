/** The history, read for whoever asks on the command line. */
import { GoldsyncError } from '../../base/errors.ts'
import type { Config } from '../../config/config.ts'
import type { HistoryEntry, HistoryQuery } from '../../history/history.ts'
import { byDefault, openHistory } from '../../history/open.ts'
import { versioned } from '../output.ts'
import type { Terminal } from './terminal.ts'
import { historyLine } from './text/history.ts'
import { printWrapped } from './text/wrap.ts'

/** @throws GoldsyncError `CONFIG_INVALID` where the history is off; as `History.read` */
export async function showHistory(
  config: Pick<Config, 'history' | 'lakes'>,
  asked: HistoryQuery,
  json: boolean,
  terminal: Terminal,
): Promise<void> {
  const history = await openHistory(config.history ?? byDefault(process.env), process.env)
  if (history === undefined)
    throw new GoldsyncError('CONFIG_INVALID', 'no history is kept: history is off', {
      hint: 'set history in the config: {kind: file}, or {kind: postgres, …} (docs/history.md)',
    })
  try {
    const lakes = config.lakes.map(({ location }) => location)
    const entries: HistoryEntry[] = []
    for await (const entry of history.read({ ...asked, lakes })) {
      if (json) entries.push(entry)
      else printWrapped(terminal, [historyLine(entry, terminal.paint)])
      if (!json && entries.length === 0) entries.push(entry)
    }
    if (json) terminal.print(JSON.stringify(versioned({ place: history.place, entries }), null, 2))
    else if (entries.length === 0) terminal.note(`nothing of that is in the history (${history.place})`)
  } finally {
    await history.close()
  }
}
