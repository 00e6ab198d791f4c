/** S3 and what speaks its protocol (MinIO, Ceph), by the AWS SDK. */
import { notAFile, notFound } from '../failures.ts'
import { byName, schemeOf } from '../location.ts'
import type { Call, FileStatus, ReadCall, WritableStorage } from '../storage.ts'
import { addressOf, prefixOf } from './address.ts'
import { openClient } from './client.ts'
import { childrenOf, fileStatus, folderStatus, listAll } from './listing.ts'
import type { S3Options } from './options.ts'
import { readRange } from './reading.ts'
import { askServer } from './server.ts'
import { resolveSettings } from './settings.ts'
import { createObject, removeObject } from './writing.ts'

/**
 * Opens no connection and loads no SDK; the first call does.
 * @param location the lake's. Locations of other buckets, and in the other spellings of the scheme, are served too
 * @throws GoldsyncError `CONFIG_INVALID` where the location names no bucket, or a certificate cannot be read
 */
export async function openS3(location: string, options: S3Options = {}): Promise<WritableStorage> {
  addressOf(location)
  const client = openClient(await resolveSettings(options))

  async function list(directory: string, call: Call = {}): Promise<readonly FileStatus[]> {
    const prefix = prefixOf(addressOf(directory))
    const page = await listAll(client, directory, { prefix }, call)
    const nothing = page.objects.length === 0 && page.folders.length === 0
    // A bucket that is not there is an error of its own; an empty one is an empty folder.
    if (nothing && prefix !== '') throw notFound(directory)
    return childrenOf(directory, page).sort(byName)
  }

  /** By listing: what it tells of a time and an etag is then the same as `list` tells, on every server. */
  async function stat(wanted: string, call: Call = {}): Promise<FileStatus | undefined> {
    const { bucket, key } = addressOf(wanted)
    if (key !== '') {
      // The object itself, if there is one, is the first that begins with its name.
      const { objects, folders } = await listAll(client, wanted, { prefix: key, first: 1 }, call)
      if (objects[0]?.key === key) return fileStatus(wanted, objects[0])
      if (folders[0] === `${key}/`) return folderStatus(wanted)
    }
    const inside = await listAll(client, wanted, { prefix: prefixOf({ bucket, key }), first: 1 }, call)
    const exists = key === '' || inside.objects.length > 0 || inside.folders.length > 0
    return exists ? folderStatus(wanted) : undefined
  }

  async function read(wanted: string, offset: number, length: number, call: ReadCall = {}) {
    if (addressOf(wanted).key === '') throw notAFile(wanted)
    return length === 0 ? new Uint8Array() : readRange(client, wanted, { offset, length }, call)
  }

  return {
    scheme: schemeOf(location),
    list,
    stat,
    read,
    create: (wanted, content, call = {}) => createObject(client, wanted, content, call),
    remove: (wanted, call = {}) => removeObject(client, wanted, call),
    servers: (call = {}) => askServer(client, location, call),
    close: async () => client.close(),
  }
}
