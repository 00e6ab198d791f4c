/** Whether a lake can be listed and read, and whether its layout fits. Knows contracts only. */
import type { ServerFacts } from '../base/server-facts.ts'
import type { Found, Topic } from '../lake/found.ts'
import { listTopics } from '../lake/topics.ts'
import type { Lake } from '../run/run.ts'
import { misfitOf } from '../sync/judge-layout.ts'
import { ask, type Limits } from './ask.ts'
import { because, counted, few, notAsked, ok, type Said, warning } from './check.ts'
import { sayFolders, sayNewest, sayReads, sayTopicsThatDoNotFit } from './folders.ts'
import { readTails, sampleOf } from './look.ts'
import { oneServes, sayServers } from './servers.ts'

interface StorageChecked {
  readonly said: readonly Said[]
  readonly servers: readonly ServerFacts[]
  /** Undefined where the lake could not be listed. */
  readonly topics: Found<Topic> | undefined
}

export async function checkStorage(lake: Lake, limits: Limits): Promise<StorageChecked> {
  const asked = await ask('the servers', limits, async call => (await lake.storage.servers?.(call)) ?? [])
  const servers = asked.value ?? []
  const about = asked.error ? [because(asked.error)] : sayServers(servers)
  if (asked.error || (servers.length > 0 && !oneServes(servers))) {
    const rest = notAsked('folders, files and layout', 'no server of the storage answers')
    return { said: [...about, rest], servers, topics: undefined }
  }
  const listed = await ask(`listing ${lake.location}`, limits, call => listTopics(lake, call))
  if (listed.error) {
    const rest = notAsked('files and layout', 'the lake cannot be listed')
    return { said: [...about, because(listed.error), rest], servers, topics: undefined }
  }
  const wanted = listed.value.found.filter(({ name }) => lake.includes(name))
  const topics = { ...listed.value, found: wanted }
  const within = await checkFolders(lake, topics, limits)
  const folders = topics.diagnostics.filter(({ code }) => code === 'LISTING_FAILED')
  const unlisted = folders.map(({ message, fix }) => ({ state: 'failed', said: message, fix }) as Said)
  return { said: [...about, ...unlisted, ...within], servers, topics }
}

async function checkFolders(lake: Lake, topics: Found<Topic>, limits: Limits): Promise<readonly Said[]> {
  const names = topics.found.map(({ name }) => name)
  const isEmpty = names.length === 0
  const seen = isEmpty
    ? warning(
        `${lake.location} can be listed, and has no topic`,
        `the layout is ${lake.layout.template}; see tables.include and tables.exclude, too`,
      )
    : ok(`${lake.location} can be listed: ${counted(names.length, 'topic')} (${few(names)})`)
  const looked = await ask('a look at the folders', limits, call => sampleOf(lake, topics, call))
  if (looked.error) return [seen, { ...because(looked.error), state: 'warning' }]
  const sample = looked.value
  const tails = await readTails(lake, sample, limits)
  const paths = sample.holding.map(({ folder }) => folder.segments)
  const fits = paths.some(path => lake.layout.parse(path).kind === 'partition')
  if (!fits) {
    const judged = await ask('a look at the layout', limits, call => misfitOf(lake, topics, true, call))
    const [misfit] = judged.value ?? []
    const error = judged.error ?? misfit?.error
    if (error) return [...(isEmpty ? [] : [seen]), ...sayFolders(sample), ...sayReads(tails), because(error)]
  }
  return [
    seen,
    ...sayFolders(sample),
    ...sayReads(tails),
    ...sayTopicsThatDoNotFit(lake.layout, topics.found, paths),
    ...sayNewest(lake.layout, paths, limits.now),
  ]
}
