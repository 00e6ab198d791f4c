/**
 * Bucket notifications as AWS S3, MinIO and Ceph send them: `{"Records": [{"eventName": "ObjectCreated:Put", "s3": …}]}`,
 * or one such record alone, as CloudEvents carry it (cloudevents/spec adapters/aws-s3.md).
 * Source: AWS "Event message structure"; MinIO's eventName has the prefix `s3:`.
 */
import * as z from 'zod'
import { closedFile, refused } from '../closed-file.ts'
import type { Format, Notice } from '../event.ts'
import { shape } from '../shape.ts'

const record = z.object({
  eventName: z.string(),
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

function readRecord({ eventName, eventTime, s3: { bucket, object } }: z.output<typeof record>): Notice {
  const key = decodeKey(object.key)
  const location = `s3://${bucket.name}/${key ?? object.key}`
  if (key === undefined) return refused(location, 'the key is not percent-encoded text')
  if (!/^(s3:)?ObjectCreated:/.test(eventName)) return { kind: 'ignored', location, reason: eventName }
  return closedFile(location, { size: object.size, modified: epoch(eventTime) })
}

/** Keys are form-encoded: a plus is a space, a plus itself is `%2B`. */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function epoch(time: string | undefined): number | undefined {
  const ms = Date.parse(time ?? '')
  return Number.isNaN(ms) ? undefined : ms
}
