/** Registers the files that a sink closed: their partitions are looked at, and nothing else. */
import { parseEvent } from '../shared/events/parse.ts'
import { platformOptions, settled } from '../shared/function/function.ts'
import { outcomeOfEvent, tellFiles } from '../shared/outbound/event-outcome.ts'
import { runFiles } from '../shared/sync/sync-files.ts'

export const fileClosed = settled('file-closed', async (invocation, context) => {
  const event = parseEvent(invocation.params)
  const { onRegistered } = event.wait ? {} : invocation
  const report = await runFiles(await context.lakes(), event.files, {
    ...platformOptions('file-closed', invocation, context),
    dryRun: false,
    onRegistered: onRegistered && (early => onRegistered(outcomeOfEvent(event, early))),
  })
  const outcome = outcomeOfEvent(event, report)
  tellFiles(context.log, { runId: invocation.id, trigger: 'file-closed' }, outcome)
  return outcome
})
