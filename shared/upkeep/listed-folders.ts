/** Which partition folders a topic has: what is in them is not listed. Knows contracts only. */
import type { Topic } from '../lake/found.ts'
import { openTopic } from '../lake/topics.ts'
import { topicFolders } from '../lake/walk.ts'
import type { Layout } from '../layout/layout.ts'
import type { Lake, Run } from '../run/run.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import { partitionKey } from '../schema/table.ts'

export interface ListedFolders {
  /** False where a listing failed: then what was not found proves nothing. */
  readonly complete: boolean
  /** Of failed listings, or why the topic is none of goldsync's. */
  readonly diagnostics: readonly Diagnostic[]
  /** Keys of their partitions, as this layout spells them. */
  keysIn(layout: Layout): ReadonlySet<string>
}

/** @throws GoldsyncError as `Storage.list`, where the topic's own folder cannot be listed */
export async function foldersOf(lake: Lake, topic: Topic, run: Run): Promise<ListedFolders> {
  const open = await openTopic(lake, topic, run)
  if (open.kind === 'refused')
    return { complete: false, diagnostics: [open.finding], keysIn: () => new Set() }
  const paths: string[] = []
  const failed: Diagnostic[] = []
  let complete = true
  for await (const part of topicFolders(lake, open, run)) {
    for (const { segments } of part.found) paths.push(segments.join('/'))
    failed.push(...part.diagnostics.filter(({ code }) => code === 'LISTING_FAILED'))
    complete &&= part.complete
  }
  return { complete, diagnostics: failed, keysIn: layout => keysIn(layout, paths) }
}

function keysIn(layout: Layout, paths: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const path of paths) {
    const found = layout.parse(path.split('/'))
    if (found.kind === 'partition') keys.add(partitionKey(found.values))
  }
  return keys
}
