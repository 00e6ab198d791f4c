/** Folders out of keys: S3 has none, but groups what has the same name up to the next slash. */
import type { _Object, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { countingRetries } from '../../base/aws-client.ts'
import { childLocation, nameOf } from '../location.ts'
import type { Call, FileStatus } from '../storage.ts'
import { addressOf, prefixOf } from './address.ts'
import type { Client } from './client.ts'
import { notS3 } from './errors.ts'
import { plainEtag } from './etags.ts'

/** What one folder holds. */
export interface Page {
  /** Keys of the objects right in it, its own marker among them. */
  readonly objects: readonly ListedObject[]
  /** Prefixes of the folders right in it, with their slash. */
  readonly folders: readonly string[]
}

export interface ListedObject extends Omit<_Object, 'Key'> {
  readonly key: string
}

interface Wanted {
  readonly prefix: string
  /** Only the first so many. */
  readonly first?: number
}

/** All pages, one request for each 1,000 objects and folders. */
export async function listAll(client: Client, location: string, wanted: Wanted, call: Call): Promise<Page> {
  const objects: ListedObject[] = []
  // Adobe's S3Mock repeats them on each page.
  const folders = new Set<string>()
  let token: string | undefined
  do {
    const answer = await listPage(client, location, wanted, token, call)
    const plain = decoder(answer)
    objects.push(...(answer.Contents ?? []).map(({ Key = '', ...rest }) => ({ ...rest, key: plain(Key) })))
    for (const { Prefix = '' } of answer.CommonPrefixes ?? []) folders.add(plain(Prefix))
    const next = nextOf(answer, token, client, location)
    token = wanted.first === undefined ? next : undefined
  } while (token !== undefined)
  return { objects, folders: [...folders] }
}

const listPage = (
  client: Client,
  location: string,
  { prefix, first }: Wanted,
  token: string | undefined,
  call: Call,
): Promise<ListObjectsV2CommandOutput> =>
  client.ask(location, call, ({ sdk, s3, abortSignal }) => {
    const command = new sdk.ListObjectsV2Command({
      Bucket: addressOf(location).bucket,
      Prefix: prefix,
      Delimiter: '/',
      // XML cannot hold all characters that a key can.
      EncodingType: 'url',
      ...(first === undefined ? {} : { MaxKeys: first }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    })
    return countingRetries(s3.send(command, { abortSignal }), call)
  })

/** Servers that do not know encoding-type answer without it. */
const decoder =
  ({ EncodingType }: ListObjectsV2CommandOutput) =>
  (text: string): string =>
    EncodingType === 'url' ? decoded(text) : text

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // A server that says so and does not do so.
    return text
  }
}

function nextOf(
  answer: ListObjectsV2CommandOutput,
  token: string | undefined,
  { server }: Client,
  location: string,
): string | undefined {
  const { IsTruncated, NextContinuationToken } = answer
  if (IsTruncated === false) return undefined
  const goesOn =
    IsTruncated === true && NextContinuationToken !== undefined && NextContinuationToken !== token
  if (goesOn) return NextContinuationToken
  throw notS3(`${location}: ${server} gave a listing without an end`)
}

/**
 * The children of a folder; without names there is no location, so `a//b` and the folder's own marker are left out. A folder's
 * marker `x/` is the folder, also where a server lists it as an object (gofakes3, s3rver).
 */
export function childrenOf(directory: string, { objects, folders }: Page): FileStatus[] {
  const { length } = prefixOf(addressOf(directory))
  const isFile = ({ key }: ListedObject) => key.length > length && !key.includes('/', length)
  const below = [...folders, ...objects.map(({ key }) => key)].filter(
    key => key.indexOf('/', length) > length,
  )
  const names = new Set(below.map(key => key.slice(length, key.indexOf('/', length))))
  return [
    ...[...names].map(name => folderStatus(childLocation(directory, name))),
    ...objects
      .filter(isFile)
      .map(object => fileStatus(childLocation(directory, object.key.slice(length)), object)),
  ]
}

/** S3 does not tell when a folder came into being. */
export const folderStatus = (location: string): FileStatus => ({
  location,
  name: nameOf(location),
  kind: 'directory',
  size: 0,
  modified: 0,
})

export const fileStatus = (location: string, { Size, LastModified, ETag }: ListedObject): FileStatus => ({
  location,
  name: nameOf(location),
  kind: 'file',
  size: Size ?? 0,
  modified: LastModified?.getTime() ?? 0,
  ...(ETag === undefined || plainEtag(ETag) === undefined ? {} : { etag: ETag }),
})
