/** Buckets of the stack's S3 (moto, or a server of the matrix), filled by the AWS SDK itself: what is tested does not fill its own tests. */
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import pMap from 'p-map'
import { stack } from './stack.ts'

/** The `storage` block of a lake in the stack's S3. */
export const s3Storage = stack.s3

const { endpoint, ...credentials } = stack.s3
const client = new S3Client({
  endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials,
  // Not every server knows its header.
  requestChecksumCalculation: 'WHEN_REQUIRED',
})

export const s3 = {
  /** Makes it, or empties it. */
  async bucket(Bucket: string): Promise<void> {
    await client.send(new CreateBucketCommand({ Bucket })).catch((error: unknown) => {
      if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
    })
    await s3.clear(Bucket)
  },
  async put(Bucket: string, Key: string, Body: Uint8Array): Promise<void> {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }))
  },
  async remove(Bucket: string, Key: string): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
  },
  /** Keys that begin with this one. */
  async keys(Bucket: string, Prefix: string): Promise<readonly string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }))
    return Contents.flatMap(({ Key }) => Key ?? [])
  },
  async clear(Bucket: string): Promise<void> {
    for (let before = ''; ; ) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
      const keys = Contents.map(({ Key = '' }) => Key)
      // Some servers list odd names as others: they stay.
      if (keys.join() === before) return
      before = keys.join()
      await removeAtOnce(Bucket, keys).catch(() =>
        pMap(keys, Key => s3.remove(Bucket, Key), { concurrency: 16 }),
      )
    }
  },
}

/** @throws where the server wants a checksum that this SDK does not send (Content-MD5) */
const removeAtOnce = (Bucket: string, keys: readonly string[]): Promise<unknown> =>
  client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map(Key => ({ Key })) } }))
