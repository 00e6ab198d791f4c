/** Buckets of the stack's S3 (moto), filled by the AWS SDK itself: what is tested does not fill its own tests. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { stack } from './stack.ts'

const access = { accessKeyId: 'test', secretAccessKey: 'test' }

/** The `storage` block of a lake in the stack's S3. */
export const s3Storage = { endpoint: stack.glue.endpoint, ...access }

const client = new S3Client({
  endpoint: stack.glue.endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: access,
})

export const s3 = {
  /** Makes it, or empties it. */
  async bucket(Bucket: string): Promise<void> {
    await client.send(new CreateBucketCommand({ Bucket }))
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
    for (;;) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
      if (Contents.length === 0) return
      const Objects = Contents.map(({ Key }) => ({ Key: Key ?? '' }))
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    }
  },
}
