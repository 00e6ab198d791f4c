/** What a look at a lake's folders says. Pure. */
import type { Topic } from '../lake/found.ts'
import type { SampledFolders } from '../lake/sample.ts'
import type { Layout } from '../layout/layout.ts'
import { because, counted, failed, few, notAsked, ok, type Said, warning } from './check.ts'
import type { ReadTail } from './look.ts'

/** Of one kind that are told one by one. */
const MOST = 5

export function sayFolders({ failures }: SampledFolders): readonly Said[] {
  const told = failures.slice(0, MOST).map(({ message, fix }) => failed(message, fix))
  const more = failures.length - MOST
  return more > 0 ? [...told, failed(`${counted(more, 'more folder')} could not be listed`)] : told
}

export function sayReads(tails: readonly ReadTail[]): readonly Said[] {
  if (tails.length === 0) return [notAsked('whether files can be read', 'no data file was seen')]
  const wrong = tails.filter(({ error }) => error && error.code !== 'CONFLICT')
  const told = wrong.slice(0, MOST).flatMap(({ error }) => (error ? [because(error)] : []))
  const more = wrong.length - MOST
  const rest = more > 0 ? [failed(`${counted(more, 'more file')} could not be read`)] : []
  const read = tails.length - wrong.length
  const retries = tails.reduce((sum, tail) => sum + tail.retries, 0)
  const first = tails.find(tail => !wrong.includes(tail))?.file.location
  const good =
    read === 0 ? [] : [ok(`files can be read: the end of ${counted(read, 'file')}, such as ${first}`)]
  const slow = warning(
    `${counted(retries, 'request')} had to be sent again: a server did not answer, and another one did`,
    'on HDFS a DataNode may be down or not reachable from here by the name that the NameNode gives (HTTP port 9864)',
  )
  return [...good, ...told, ...rest, ...(retries > 0 ? [slow] : [])]
}

/** @param paths of folders that hold data */
export function sayTopicsThatDoNotFit(
  layout: Layout,
  topics: readonly Topic[],
  paths: readonly (readonly string[])[],
): readonly Said[] {
  const own = topics.map(({ name, segments }) => ({
    name,
    paths: paths.filter(path => segments.every((segment, at) => segment === path[at])),
  }))
  const seen = own.filter(one => one.paths.length > 0)
  const misfits = seen.filter(one => !one.paths.some(path => layout.parse(path).kind === 'partition'))
  const fitting = seen.length - misfits.length
  const names = misfits.map(({ name }) => name)
  return [
    ...(fitting > 0 ? [ok(`the layout ${layout.template} fits ${counted(fitting, 'topic')}`)] : []),
    ...(misfits.length > 0
      ? [
          warning(
            `the layout fits no folder that was seen of ${few(names)}`,
            'goldsync plan says what layout they suggest: give them a lake of their own, or leave them out with tables.exclude',
          ),
        ]
      : []),
  ]
}

const HOUR = 3_600_000

/** Folders of hours to come are those of another zone, as a rule. */
export function sayNewest(
  layout: Layout,
  paths: readonly (readonly string[])[],
  now: number,
): readonly Said[] {
  const times = paths.flatMap(path => {
    const parsed = layout.parse(path)
    return parsed.kind === 'partition' && parsed.time !== undefined ? [{ path, time: parsed.time }] : []
  })
  const newest = times.reduce<(typeof times)[number] | undefined>(
    (best, one) => (best === undefined || one.time > best.time ? one : best),
    undefined,
  )
  if (newest === undefined || newest.time <= now + HOUR) return []
  const hours = Math.round((newest.time - now) / HOUR)
  return [
    warning(
      `the newest partition, ${newest.path.join('/')}, begins in ${counted(hours, 'hour')} from now (timeZone: ${layout.timeZone})`,
      'set timeZone to the zone in which its writer names the folders',
    ),
  ]
}
