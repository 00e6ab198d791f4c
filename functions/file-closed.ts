/** Registers the files that a sink closed: their partitions are looked at, and nothing else. */
import { outcomeOfEvent } from '../shared/events/outcome.ts'
import { parseEvent } from '../shared/events/parse.ts'
import { runFiles } from '../shared/files.ts'
import { platformOptions, settled } from '../shared/function.ts'

export const fileClosed = settled('file-closed', async (invocation, context) => {
  const event = parseEvent(invocation.params)
  const options = { ...platformOptions('file-closed', invocation, context), dryRun: false }
  const report = await runFiles(await context.lakes(), event.files, options)
  return outcomeOfEvent(event, report)
})
