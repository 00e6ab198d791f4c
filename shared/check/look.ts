/** A bounded look at a lake: its topics, the newest and the oldest folders of each, and whether their files can be read. Knows contracts only. */
import pMap from 'p-map'
import type { ErrorSummary } from '../base/errors.ts'
import { topFolder } from '../lake/folders.ts'
import type { Found, Topic } from '../lake/found.ts'
import { isData, type SampledFolders, sampleFolders } from '../lake/sample.ts'
import type { Lake } from '../run/run.ts'
import type { Call, FileStatus } from '../storages/storage.ts'
import { ask, type Limits } from './ask.ts'

/** Topics that are looked into, and folders on each level. */
const MOST_TOPICS = 100
/** Files whose end is read: of several topics, so that several DataNodes are asked. */
const MOST_FILES = 12
/** Bytes of a tail: the length of the footer, and PAR1. */
const TAIL = 8

export interface ReadTail {
  readonly file: FileStatus
  /** Requests that were sent again. */
  readonly retries: number
  readonly error: ErrorSummary | undefined
}

export const sampleOf = (lake: Lake, { found }: Found<Topic>, call: Call): Promise<SampledFolders> =>
  sampleFolders(lake, found.slice(0, MOST_TOPICS).map(topFolder), call, MOST_TOPICS)

/** Really reads the end of files: of the newest in each folder, one folder of each topic first. */
export function readTails(
  lake: Lake,
  { holding }: SampledFolders,
  limits: Limits,
): Promise<readonly ReadTail[]> {
  const newest = holding.map(({ folder, children }) => ({
    topic: folder.topic ?? folder.segments[lake.layout.topicDepth - 1],
    file: children.filter(isData).reduce((a, b) => (b.modified > a.modified ? b : a)),
  }))
  const seen = new Set<string | undefined>()
  const isFirst = ({ topic }: (typeof newest)[number]) => !seen.has(topic) && seen.add(topic)
  const firsts = newest.filter(isFirst)
  const files = [...firsts, ...newest.filter(one => !firsts.includes(one))].slice(0, MOST_FILES)
  return pMap(files, ({ file }) => readTail(lake, file, limits), { concurrency: MOST_FILES })
}

async function readTail({ storage }: Lake, file: FileStatus, limits: Limits): Promise<ReadTail> {
  const length = Math.min(TAIL, file.size)
  let retries = 0
  const onRetry = (times: number) => {
    retries += times
  }
  const etag = file.etag === undefined ? {} : { etag: file.etag }
  const { error } = await ask(`reading ${file.location}`, limits, call =>
    storage.read(file.location, file.size - length, length, { ...call, ...etag, onRetry }),
  )
  return { file, retries, error }
}
