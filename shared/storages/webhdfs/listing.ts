/** Complete listings: page by page where the server can, else in one answer. */
import * as z from 'zod'
import { GoldsyncError } from '../../base/errors.ts'
import type { Call } from '../storage.ts'
import { type Asked, refusal } from './errors.ts'
import type { NameNodeAnswer, NameNodes, Question } from './name-nodes.ts'
import { parseJson } from './remote-exception.ts'
import { verdictOf } from './verdict.ts'

/** A page has 1,000 entries (dfs.ls.limit), about 300 kB; this is room for 200,000 where a server cannot page. */
const LARGEST_LISTING = 64 * 1024 * 1024

const remoteStatus = z.object({
  /** The name; empty where the path that was asked for is a file itself. */
  pathSuffix: z.string(),
  type: z.enum(['FILE', 'DIRECTORY', 'SYMLINK']),
  length: z.number(),
  modificationTime: z.number(),
})
const statusBody = z.object({ FileStatus: remoteStatus })
const listBody = z.object({ FileStatuses: z.object({ FileStatus: z.array(remoteStatus) }) })
const pageBody = z.object({
  DirectoryListing: z.object({ partialListing: listBody, remainingEntries: z.int().min(0) }),
})

export type RemoteStatus = z.infer<typeof remoteStatus>

export interface Listings {
  /** The children of a directory in HDFS's order; one entry with an empty name for a file. */
  children(path: string, asked: AskedFor, call: Call): Promise<readonly RemoteStatus[]>
  status(path: string, asked: AskedFor, call: Call): Promise<RemoteStatus>
}

/** For messages. */
export type AskedFor = Omit<Asked, 'origin'>

export function openListings(nameNodes: NameNodes): Listings {
  let canPage = true

  async function children(path: string, asked: AskedFor, call: Call): Promise<readonly RemoteStatus[]> {
    const entries: RemoteStatus[] = []
    while (canPage) {
      const answer = await nameNodes.ask(pageQuestion(path, entries.at(-1)), call)
      if (knowsNoPages(answer)) break
      const { partialListing, remainingEntries } = parse(pageBody, answer, asked).DirectoryListing
      const page = partialListing.FileStatuses.FileStatus
      entries.push(...page)
      if (remainingEntries === 0) return entries
      if (page.length === 0) throw notAsExpected(answer, asked, 'an empty page with more to come')
    }
    canPage = false
    const whole = await nameNodes.ask({ op: 'LISTSTATUS', path, limit: LARGEST_LISTING }, call)
    return parse(listBody, whole, asked).FileStatuses.FileStatus
  }

  async function status(path: string, asked: AskedFor, call: Call): Promise<RemoteStatus> {
    const answer = await nameNodes.ask({ op: 'GETFILESTATUS', path, limit: LARGEST_LISTING }, call)
    return parse(statusBody, answer, asked).FileStatus
  }

  return { children, status }
}

const pageQuestion = (path: string, last: RemoteStatus | undefined): Question => ({
  op: 'LISTSTATUS_BATCH',
  path,
  limit: LARGEST_LISTING,
  ...(last ? { parameters: { startAfter: last.pathSuffix } } : {}),
})

// An exception that names the operation: of older Hadoop and routers with 400, of HttpFS with 500.
function knowsNoPages(answer: NameNodeAnswer): boolean {
  if (answer.status < 400) return false
  const { kind, message } = verdictOf(answer) ?? {}
  return (kind === 'invalid' || kind === 'unsupported') && (message?.includes('LISTSTATUS_BATCH') ?? false)
}

function parse<T>(schema: z.ZodType<T>, answer: NameNodeAnswer, asked: AskedFor): T {
  if (answer.status !== 200) throw refusal(answer, { ...asked, origin: answer.url.origin })
  const { success, data } = schema.safeParse(parseJson(answer.body))
  if (!success) throw notAsExpected(answer, asked, 'no listing in its answer')
  return data
}

const notAsExpected = ({ url }: NameNodeAnswer, { location }: AskedFor, what: string): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${location}: ${url.origin} gave ${what}`, {
    hint: 'storage.namenodes must be the HTTP addresses of the NameNodes (port 9870)',
  })
