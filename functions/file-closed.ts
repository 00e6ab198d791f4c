/** Registers the files that a sink closed: their partitions are looked at, and nothing else. */
import { outcomeOfEvent } from '../shared/events/outcome.ts'
import { parseEvent } from '../shared/events/parse.ts'
import { runFiles } from '../shared/files.ts'
import { onLakes, settled } from '../shared/function.ts'

export const fileClosed = settled('file-closed', async (invocation, context) => {
  const event = parseEvent(invocation.params)
  const report = await onLakes(invocation, context, (lakes, options) =>
    runFiles(lakes, event.files, { ...options, dryRun: false }),
  )
  return outcomeOfEvent(event, report)
})
