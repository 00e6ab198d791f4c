/** S3 events by way of Amazon EventBridge: `{"source": "aws.s3", "detail-type": "Object Created", "detail": …}`. Keys are plain text. */
import * as z from 'zod'
import { closedFile } from '../closed-file.ts'
import type { Format } from '../event.ts'
import { shape } from '../shape.ts'

const event = z.object({
  'detail-type': z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({ key: z.string().min(1), size: z.number().nonnegative().optional() }),
  }),
})

export const eventBridge: Format = value => {
  if (value.source !== 'aws.s3' || !('detail' in value)) return undefined
  const { 'detail-type': type, detail } = shape(event, value, 'an EventBridge event of S3')
  const location = `s3://${detail.bucket.name}/${detail.object.key}`
  return type === 'Object Created'
    ? [closedFile(location, { size: detail.object.size })]
    : [{ kind: 'ignored', location, reason: type }]
}
