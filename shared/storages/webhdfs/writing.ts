/**
 * Files that come into being whole: written under a hidden name of their own beside the place they are for, then renamed, which HDFS
 * refuses where the name is taken. Since nobody else knows the hidden name, what is gone from there has arrived.
 */
import { randomUUID } from 'node:crypto'
import { GoldsyncError } from '../../base/errors.ts'
import { alreadyThere, notAFile } from '../failures.ts'
import { nameOf } from '../location.ts'
import type { Call, WritableStorage } from '../storage.ts'
import { refusal } from './errors.ts'
import type { AskedFor, Listings } from './listing.ts'
import { isOfServers, type NameNodeAnswer, ROUND_PAUSES, rest } from './name-nodes.ts'
import { type Servers, sender } from './reading.ts'
import { redirectTarget } from './redirect.ts'
import { parseJson } from './remote-exception.ts'

/** Of answers that have little to say. */
const LIMIT = 64 * 1024

interface Writing extends Servers {
  readonly listings: Listings
}

/** Of a storage, what makes and removes files. @param at where a location is, and who asks for it */
export const writing = (
  servers: Writing,
  at: (location: string) => { readonly path: string; readonly asked: AskedFor },
): Pick<WritableStorage, 'create' | 'remove'> => ({
  async create(location, content, call = {}) {
    const { path, asked } = at(location)
    await createFile(path, content, { ...asked, writing: true }, servers, call)
  },
  async remove(location, call = {}) {
    const { path, asked } = at(location)
    await removeFile(path, { ...asked, writing: true }, servers, call)
  },
})

/** @throws GoldsyncError `CONFLICT` where the name is taken, `UNAVAILABLE` and `TIMEOUT` where it is not known whether the file is there */
async function createFile(
  path: string,
  content: Uint8Array,
  asked: AskedFor,
  servers: Writing,
  call: Call,
): Promise<void> {
  const hidden = await writeHidden(path, content, asked, servers, call)
  try {
    await rename(hidden, path, asked, servers, call)
  } catch (error) {
    // Of what is known not to be there; the answer to the last word may have been lost.
    if (error instanceof GoldsyncError && error.code === 'CONFLICT') await forget(hidden, servers)
    throw error
  }
}

/** @returns the name that the bytes have then */
async function writeHidden(
  path: string,
  content: Uint8Array,
  asked: AskedFor,
  servers: Writing,
  call: Call,
): Promise<string> {
  const failed = new Set<string>()
  for (const pause of [...(servers.pauses ?? ROUND_PAUSES), undefined]) {
    const hidden = `${path.slice(0, path.lastIndexOf('/'))}/.${nameOf(path)}.${randomUUID()}.tmp`
    const opened = await servers.nameNodes.ask(creation(hidden, failed), call)
    if (opened.status !== 307) throw refusal(opened, { ...asked, origin: opened.url.origin })
    const dataNode = redirectTarget(opened.headers.location, opened, servers.settings)
    try {
      await put(dataNode, content, { opened, asked, hidden, servers }, call)
      return hidden
    } catch (error) {
      await forget(hidden, servers)
      if (pause === undefined || !isOfServers(error)) throw error
      failed.add(dataNode.host)
      await rest(pause, asked.location, call)
    }
  }
  throw new GoldsyncError('INTERNAL', `${asked.location}: writing ended without a result`)
}

const creation = (path: string, failed: ReadonlySet<string>) => ({
  op: 'CREATE' as const,
  path,
  method: 'PUT' as const,
  limit: LIMIT,
  parameters: {
    overwrite: 'false',
    ...(failed.size > 0 ? { excludedatanodes: [...failed].join(',') } : {}),
  },
})

interface Put {
  readonly opened: NameNodeAnswer
  readonly asked: AskedFor
  readonly hidden: string
  readonly servers: Writing
}

async function put(dataNode: URL, content: Uint8Array, { opened, asked, hidden, servers }: Put, call: Call) {
  const answer = await sender(
    servers,
    dataNode,
    opened.url,
  )(
    {
      ...{ url: dataNode, method: 'PUT', body: content, limit: LIMIT },
      ...{ about: `CREATE ${hidden}`, key: 'the address that the NameNode gave' },
      redirected: { from: opened.url.hostname, isListed: servers.settings.redirectHosts !== undefined },
    },
    call,
  )
  if (answer.status !== 201) throw refusal(answer, { ...asked, origin: dataNode.origin })
}

async function rename(hidden: string, path: string, asked: AskedFor, servers: Writing, call: Call) {
  let fault: GoldsyncError
  try {
    const answer = await servers.nameNodes.ask(renaming(hidden, path), call)
    if (answer.status === 200 && !saidNo(answer)) return await expectName(path, asked, servers, call)
    fault =
      answer.status === 200
        ? alreadyThere(asked.location)
        : refusal(answer, { ...asked, origin: answer.url.origin })
  } catch (error) {
    if (!isOfServers(error)) throw error
    fault = error
  }
  // The question may have been put twice, and the second answer is of what the first has done.
  if (!(await exists(hidden, asked, servers, call)) && (await exists(path, asked, servers, call))) return
  if (fault.code === 'NOT_FOUND' || (await exists(path, asked, servers, call)))
    throw alreadyThere(asked.location, fault)
  throw fault
}

/** Knox 2.0 decodes new names twice, HttpFS 3.4 cuts blanks off their ends. */
const MAY_BE_CHANGED = /%|\s(?=\/|$)/

async function expectName(path: string, asked: AskedFor, servers: Writing, call: Call): Promise<void> {
  if (!MAY_BE_CHANGED.test(path) || (await exists(path, asked, servers, call))) return
  throw new GoldsyncError('UNSUPPORTED', `${asked.location}: the server has given the file another name`, {
    hint: 'gateways (Knox, HttpFS) change names with % or with blanks at their ends: keep metadata below a folder without them',
  })
}

/** With options a NameNode says why it refuses, and nothing where it does not; a gateway, true or false. */
const renaming = (hidden: string, path: string) => ({
  op: 'RENAME' as const,
  path: hidden,
  method: 'PUT' as const,
  limit: LIMIT,
  parameters: { destination: path, renameoptions: 'NONE' },
})

const saidNo = ({ body }: NameNodeAnswer): boolean =>
  (parseJson(body) as { readonly boolean?: unknown } | undefined)?.boolean === false

const exists = async (path: string, asked: AskedFor, servers: Writing, call: Call): Promise<boolean> =>
  (await statusOf(path, asked, servers, call)) !== undefined

/** Tries to leave nothing behind; a file that stays is hidden, and nobody reads it. */
async function forget(hidden: string, { nameNodes }: Writing): Promise<void> {
  await nameNodes.ask(deletion(hidden), {}).catch(() => undefined)
}

const deletion = (path: string) => ({
  op: 'DELETE' as const,
  path,
  method: 'DELETE' as const,
  limit: LIMIT,
  parameters: { recursive: 'false' },
})

async function removeFile(path: string, asked: AskedFor, servers: Writing, call: Call): Promise<void> {
  const status = await statusOf(path, asked, servers, call)
  if (!status) return
  // HDFS removes an empty folder, too.
  if (status.type === 'DIRECTORY') throw notAFile(asked.location)
  const answer = await servers.nameNodes.ask(deletion(path), call)
  if (answer.status !== 200) throw refusal(answer, { ...asked, origin: answer.url.origin })
}

async function statusOf(path: string, asked: AskedFor, { listings }: Writing, call: Call) {
  try {
    return await listings.status(path, asked, call)
  } catch (error) {
    if (error instanceof GoldsyncError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
