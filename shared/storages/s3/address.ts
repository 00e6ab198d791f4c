/** Locations as bucket and key: `s3://bucket/golden/orders`, also spelled `s3a://` and `s3n://` as Hadoop does. */
import { GoldsyncError } from '../../base/errors.ts'

export interface Address {
  readonly bucket: string
  /** Plain text, without slashes around it; empty for the bucket itself. */
  readonly key: string
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; capitals and _ in old buckets and in Ceph.
const BUCKET = /^[\w.-]{2,255}$/

/** @throws GoldsyncError `CONFIG_INVALID` where no bucket is named. The message leaves the authority out: it can hold a secret key */
export function addressOf(location: string): Address {
  const [, bucket = '', key = ''] = /^s3[an]?:\/\/([^/]*)(?:\/(.*))?$/is.exec(location) ?? []
  if (BUCKET.test(bucket)) return { bucket, key }
  throw new GoldsyncError('CONFIG_INVALID', 'a location of S3 has no bucket that could be one', {
    hint: 'write s3://bucket/prefix; keys belong in storage.accessKeyId and storage.secretAccessKey',
  })
}

/** What the keys of a folder's content begin with. */
export const prefixOf = ({ key }: Address): string => (key === '' ? '' : `${key}/`)
