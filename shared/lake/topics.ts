/** The lake as it is: its topics. Knows contracts only. */
import { GoldsyncError } from '../base/errors.ts'
import { ICEBERG_METADATA, isSparkSink, tableFormatOf } from '../layout/files.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Call, FileStatus } from '../storages/storage.ts'
import { descend, expand } from './folders.ts'
import type { Found, LakeRoot, Topic } from './found.ts'
import { hiddenOnce } from './hidden.ts'
import type { OpenTopic } from './walk.ts'

/** The topics of a lake, by name. @throws GoldsyncError as `Storage.list`, where the root itself cannot be listed */
export async function listTopics(lake: LakeRoot, call: Call = {}): Promise<Found<Topic>> {
  const root = { segments: [], location: lake.location, modified: 0 }
  const first = expand(lake, root, await listRoot(lake, call))
  const walked = await descend(lake, first, lake.layout.topicDepth - 1, {}, call)
  const found = walked.found.map(({ segments, location, modified, topic }) => ({
    name: topic as string,
    segments,
    location,
    modified,
  }))
  return {
    ...walked,
    diagnostics: walked.diagnostics.filter(hiddenOnce()),
    found: found.sort((a, b) => (a.location < b.location ? -1 : 1)),
  }
}

async function listRoot({ storage, location, layout }: LakeRoot, call: Call): Promise<readonly FileStatus[]> {
  try {
    return await storage.list(location, call)
  } catch (error) {
    if (!(error instanceof GoldsyncError && error.code === 'NOT_FOUND')) throw error
    throw new GoldsyncError('NOT_FOUND', error.message, {
      hint:
        error.hint ??
        `check the location of the lake: it is the folder below which its layout, ${layout.template}, begins`,
      cause: error,
    })
  }
}

/** `refused`: goldsync keeps its hands off the topic. */
export type TopicState =
  | ({ readonly kind: 'open' } & OpenTopic)
  | { readonly kind: 'refused'; readonly finding: Diagnostic }

/**
 * Lists a topic's own folder, and tells whether its files are those of a table format. A topic that is gone is empty.
 * @throws GoldsyncError as `Storage.list`
 */
export async function openTopic(lake: LakeRoot, topic: Topic, call: Call = {}): Promise<TopicState> {
  const children = await listOrNothing(lake, topic.location, call)
  const refusal = await foreignTableFormat(lake, topic, children, call)
  return refusal ? { kind: 'refused', finding: refusal } : { kind: 'open', topic, children }
}

async function listOrNothing(
  { storage }: LakeRoot,
  location: string,
  call: Call,
): Promise<readonly FileStatus[]> {
  try {
    return await storage.list(location, call)
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

/** The finding that refuses a topic whose files belong to a table format of their own; undefined for plain folders. */
async function foreignTableFormat(
  lake: LakeRoot,
  topic: Topic,
  children: readonly FileStatus[],
  call: Call,
): Promise<Diagnostic | undefined> {
  const metadata = children.find(child => child.kind === 'directory' && child.name === ICEBERG_METADATA)
  const inside = metadata ? await lake.storage.list(metadata.location, call) : []
  const names = (list: readonly FileStatus[]) => list.map(child => child.name)
  const format = tableFormatOf(names(children), names(inside))
  if (format === undefined) return isSparkSink(names(children)) ? sparkSink(topic) : undefined
  return {
    code: 'TABLE_FORMAT',
    severity: 'warning',
    path: topic.location,
    message: `the topic is a ${format} table; registered as plain Parquet, engines would read every version of its files`,
    fix: `use ${format}'s own catalog integration, and exclude the topic with tables.exclude`,
  }
}

const sparkSink = (topic: Topic): Diagnostic => ({
  code: 'TABLE_FORMAT',
  severity: 'warning',
  path: topic.location,
  message:
    "the topic is written by Spark Structured Streaming's file sink, whose log (_spark_metadata) says which files count: every engine but Spark would read those of failed batches too, and their rows twice",
  fix: 'write the stream with foreachBatch, which keeps no such log, into a folder of its own, and exclude this topic with tables.exclude; where no batch has ever failed, remove _spark_metadata after the stream has ended for good',
})
