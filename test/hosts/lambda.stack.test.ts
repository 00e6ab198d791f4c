/** The built zip as AWS Lambda runs it: its lakes on S3 and HDFS, its tables in Glue (moto) and the metastore, counted by pyarrow and Trino. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isInstalled } from '../../deploy/steps.ts'
import { awsGlue, glueConfig } from '../support/aws-glue.ts'
import { type GoldenZone, hdfsZone, metastoreConfig } from '../support/golden-zone.ts'
import { type Lambda, startLambda } from '../support/lambda.ts'
import { dropDatabases } from '../support/metastore.ts'
import { rowsInS3 } from '../support/read-s3.ts'
import { s3Storage } from '../support/s3.ts'
import { s3Zone } from '../support/s3-zone.ts'
import { shipped } from '../support/shipped.ts'
import { closeEngines, trinoRows } from '../support/sql.ts'
import { sqs } from '../support/sqs.ts'
import { describeStack, stack } from '../support/stack.ts'

const ID = `lambda_${process.pid}`
const BUCKET = ID.replace('_', '-')
const HOUR = '2026/11/20/06'
const TOPICS = ['payments', 'refunds', 'visits'] as const

/** What S3 says of a new object. Keys are form-encoded. */
const notification = (topic: string, file: string) => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-11-20T06:59:58.123Z',
      s3: {
        bucket: { name: BUCKET },
        object: { key: encodeURIComponent(`golden/${topic}/${HOUR}/${file}`), size: 1_000 },
      },
    },
  ],
})

const eventBridge = (topic: string, file: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: BUCKET }, object: { key: `golden/${topic}/${HOUR}/${file}`, size: 1_000 } },
})

const topicMessage = (value: object) => ({
  Type: 'Notification',
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:golden',
  Message: JSON.stringify(value),
})

const cloudEvent = (path: string) => ({
  specversion: '1.0',
  id: '1',
  source: '/sink',
  type: 'com.example.file',
  data: { path },
})

const queue = (bodies: readonly unknown[]) => ({
  Records: bodies.map((body, at) => ({
    messageId: `m-${at}`,
    receiptHandle: `handle-${at}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:goldsync-files',
  })),
})

const CLIENTS = [
  { name: 'a loop of our own', client: undefined, isThere: true },
  {
    name: 'AWS’s runtime interface client [needs aws-lambda-ric on the PATH]',
    client: ['aws-lambda-ric', 'index.handler'] as const,
    isThere: isInstalled('aws-lambda-ric'),
  },
]

describeStack(['hdfs', 'metastore', 'trino', 'glue', 'python'], 'the Lambda zip', () => {
  let folder: string
  let zones: { readonly cloud: GoldenZone; readonly premise: GoldenZone }
  let lambda: Lambda

  beforeAll(async () => {
    folder = await shipped('lambda')
    zones = { cloud: await s3Zone(BUCKET), premise: await hdfsZone(`/golden/${ID}`) }
  })
  afterAll(async () => {
    await Promise.all([zones.cloud.remove(), zones.premise.remove(), closeEngines(), awsGlue.drop(ID)])
    await dropDatabases(stack.metastore, ID)
  })

  const config = () => ({
    lakes: [
      {
        location: zones.cloud.location,
        storage: s3Storage,
        catalogs: ['cloud'],
        database: ID,
        createDatabase: true,
      },
      {
        location: zones.premise.location,
        storage: { namenodes: stack.hdfs.namenodes, user: stack.hdfs.superuser },
        catalogs: ['hive'],
        database: ID,
        createDatabase: true,
      },
    ],
    catalogs: {
      cloud: { ...glueConfig, secretAccessKey: '${GLUE_SECRET}' },
      hive: metastoreConfig('metastore'),
    },
  })

  const environment = () => ({
    GOLDSYNC_CONFIG: JSON.stringify(config()),
    GLUE_SECRET: 'test',
    AWS_REGION: 'us-east-1',
  })

  describe.each(CLIENTS)('run by $name', ({ client, isThere }) => {
    const each = it.skipIf(!isThere)
    /** Files of its own, in the same tables. */
    const file = `${client ? 'ric' : 'own'}.parquet`

    beforeAll(async () => {
      if (!isThere) return
      const rows = (topic: string) =>
        [[`${topic}/${HOUR}/${file}`, [['id', 'string', [`${topic} ${file}`]] as const]]] as const
      await zones.cloud.lay(Object.fromEntries(TOPICS.flatMap(rows)))
      await zones.premise.lay(Object.fromEntries(['orders', 'clicks'].flatMap(rows)))
      lambda = await startLambda(folder, environment(), client)
    })
    afterAll(() => (isThere ? lambda.stop() : undefined))

    const [payments, refunds, visits] = TOPICS
    const inCloud = (topic: string) => `s3://${BUCKET}/golden/${topic}/${HOUR}/${file}`

    each('syncs three topics of S3 into Glue and one into Hive; of ten messages one comes back', async () => {
      const messages = [
        notification(payments, file),
        eventBridge(refunds, file),
        topicMessage(notification(visits, file)),
        cloudEvent(inCloud(payments)),
        'a message of somebody else',
        { path: `${zones.premise.location}/orders/${HOUR}/${file}` },
        notification(payments, file),
        { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET },
        { function: 'sync', table: 'visits' },
        { function: 'sync', table: 'visits' },
      ]
      expect(messages).toHaveLength(10)
      expect(await lambda.invoke(queue(messages))).toEqual({
        result: { batchItemFailures: [{ itemIdentifier: 'm-4' }] },
      })
      expect(lambda.log()).toContain('message m-4 goes back to its queue: not JSON')
      const found = (await rowsInS3(await awsGlue.locations(ID), ['id'])).flat()
      expect(found).toEqual(expect.arrayContaining(TOPICS.map(topic => `${topic} ${file}`)))
      expect((await trinoRows(`select id from ${ID}.orders`)).flat()).toContain(`orders ${file}`)
    })

    each('leaves the topic that nobody told of to a schedule', async () => {
      const schedule = { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' }
      const answer = await lambda.invoke(schedule)
      expect(answer).toMatchObject({ result: { status: 'ok', report: { mode: 'recent' } } })
      expect(await lambda.invoke({ function: 'sync', table: 'clicks' })).toMatchObject({
        result: { status: 'ok', report: { tables: [{ table: `${ID}.clicks`, catalog: 'hive' }] } },
      })
      expect((await trinoRows(`select id from ${ID}.clicks`)).flat()).toContain(`clicks ${file}`)
    })

    each('hands the tables of a scan on to a queue, whose messages it works off', async () => {
      const QueueUrl = await sqs.open(`${BUCKET}-${client ? 'ric' : 'own'}`)
      const env = { GOLDSYNC_QUEUE_URL: QueueUrl, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
      const handing = await startLambda(folder, { ...environment(), ...env }, client)
      try {
        const answer = await handing.invoke({ function: 'scan', mode: 'full' })
        const tables = [...TOPICS, 'orders', 'clicks'].map(topic => `${ID}.${topic}`).sort()
        expect(answer).toMatchObject({ result: { status: 'accepted', report: { handedOn: tables } } })
        const bodies = await sqs.take(QueueUrl, tables.length)
        expect(bodies.map(body => (JSON.parse(body) as { table: string }).table).sort()).toEqual(tables)
        expect(JSON.parse(bodies[0]!)).toEqual({
          function: 'sync',
          table: expect.any(String) as string,
          mode: 'full',
        })
        expect(await handing.invoke(queue(bodies))).toEqual({ result: { batchItemFailures: [] } })
      } finally {
        await handing.stop()
        await sqs.drop(QueueUrl)
      }
    })

    each('tells who invoked it what failed, and goes on', async () => {
      expect(await lambda.invoke({ function: 'sync', table: 'nothing' })).toMatchObject({
        error: { errorType: 'REQUEST_INVALID', errorMessage: expect.stringContaining('nothing') as string },
      })
      expect(await lambda.invoke(notification(payments, file))).toMatchObject({
        result: { status: 'ok', report: { files: [{ outcome: 'registered' }] } },
      })
      expect(await lambda.invoke(queue([{ path: inCloud(payments) }]), 0)).toEqual({
        result: { batchItemFailures: [{ itemIdentifier: 'm-0' }] },
      })
    })
  })
})
