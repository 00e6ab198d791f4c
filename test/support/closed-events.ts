/** One closed file, as different senders tell a broker of it: the shapes of test/fixtures/events, with this file in them. */
import { CloudEvent, HTTP } from 'cloudevents'
import type { Event } from './broker.ts'
import { hdfs } from './hdfs.ts'

export interface Closed {
  /** From the lake's root: `orders/2026/11/20/06/part-0.parquet`. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/** The lake's root on HDFS, and the bucket that it once was. */
export interface Roots {
  readonly path: string
  readonly bucket: string
}

type Form = (id: string, file: Closed, roots: Roots) => Event

const overHttp = ({ headers, body }: ReturnType<typeof HTTP.binary>): Event => ({
  headers: headers as Event['headers'],
  body: String(body),
})

const ours = (id: string, { name, size }: Closed, { path }: Roots): CloudEvent<unknown> =>
  new CloudEvent({
    id,
    type: 'io.goldsync.file.closed',
    source: '/test/sink',
    datacontenttype: 'application/json',
    data: { path: hdfs.location(`${path}/${name}`), size },
  })

/** As a KafkaSource wraps a record's value: without a content type. */
const fromKafka = (id: string, value: object): Event => ({
  headers: {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': 'dev.knative.kafka.event',
    'ce-source': '/apis/v1/namespaces/golden/kafkasources/closed-files#closed-files',
  },
  body: JSON.stringify(value),
})

const records = (eventName: string, { name, size }: Closed, { bucket }: Roots): object => ({
  Records: [
    {
      eventVersion: '2.1',
      eventName,
      eventTime: '2026-11-20T06:59:58.123Z',
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(name), size } },
    },
  ],
})

/** CloudEvents of the SDK in both modes, S3 notifications as Ceph sends them, MinIO's and NiFi's by Kafka. */
export const FORMS: readonly Form[] = [
  (...told) => overHttp(HTTP.binary(ours(...told))),
  (...told) => overHttp(HTTP.structured(ours(...told))),
  (id, file, roots) => ({
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': 'com.amazonaws.s3.ObjectCreated:Put',
      'ce-source': `ceph:s3.default.${roots.bucket}`,
    },
    body: JSON.stringify(records('ObjectCreated:Put', file, roots)),
  }),
  (id, file, roots) =>
    fromKafka(id, {
      EventName: 's3:ObjectCreated:Put',
      Key: `${roots.bucket}/${file.name}`,
      ...records('s3:ObjectCreated:Put', file, roots),
    }),
  (id, { name, size }, { path }) =>
    fromKafka(id, { eventType: 'CLOSE', path: `${path}/${name}`, fileSize: size, timestamp: Date.now() }),
  (id, { name }, { path }) =>
    fromKafka(id, {
      eventType: 'RENAME',
      srcPath: `${path}/_tmp/x`,
      dstPath: `${path}/${name}`,
      timestamp: Date.now(),
    }),
]

/** Events that no repetition can mend, and the code that they are refused with. */
export const POISON: readonly (readonly [code: number, make: (id: string) => Event])[] = [
  [400, id => ({ ...fromKafka(id, {}), body: '{"path": ' })],
  [422, id => fromKafka(id, { path: 'hdfs://elsewhere/orders/2026/11/20/06/part-0.parquet' })],
  [422, id => fromKafka(id, { greeting: 'hello' })],
  [415, id => ({ headers: { 'content-type': 'application/cloudevents+avro', 'x-id': id }, body: 'x' })],
]
