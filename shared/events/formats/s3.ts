/**
 * Bucket notifications as AWS S3, MinIO, Ceph and versitygw send them: `{"Records": [{"eventName": "ObjectCreated:Put", "s3": …}]}`,
 * or one such record alone, as CloudEvents carry it (cloudevents/spec adapters/aws-s3.md).
 * Source: AWS "Event message structure"; MinIO's and versitygw's eventName has the prefix `s3:`.
 */
import * as z from 'zod'
import { closedFile } from '../closed-file.ts'
import type { Format, Notice } from '../event.ts'
import { shape } from '../shape.ts'
import { readKey } from './s3-key.ts'

const record = z.object({
  eventName: z.string(),
  eventSource: z.string().optional(),
  eventTime: z.string().optional(),
  s3: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({ key: z.string().min(1), size: z.number().nonnegative().optional() }),
  }),
})

const notification = z.object({ Records: z.array(record) })

export const s3: Format = value => {
  if (value.Event === 's3:TestEvent') return [{ kind: 'ignored', reason: "S3's test of the notification" }]
  if ('Records' in value) return shape(notification, value, 'an S3 notification').Records.map(readRecord)
  if ('s3' in value && 'eventName' in value) return [readRecord(shape(record, value, 'an S3 record'))]
  return undefined
}

function readRecord(sent: z.output<typeof record>): Notice {
  const { eventName, eventTime } = sent
  const { bucket, object } = sent.s3
  const { key, other } = readKey(object.key, sent)
  const inBucket = (name: string) => `s3://${bucket.name}/${name}`
  if (!/^(s3:)?ObjectCreated:/.test(eventName))
    return { kind: 'ignored', location: inBucket(key), reason: eventName }
  return closedFile(inBucket(key), {
    // versitygw says 0 of copies and of uploads in parts.
    size: object.size || undefined,
    modified: epoch(eventTime),
    alternative: other === undefined ? undefined : inBucket(other),
  })
}

function epoch(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? undefined : ms
}
