/** Queues of the stack's SQS (moto, which serves it beside S3 and Glue). */
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { stack } from './stack.ts'

const client = new SQSClient({
  endpoint: stack.glue.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

export const sqs = {
  /** @returns its address */
  async open(QueueName: string): Promise<string> {
    return (await client.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? ''
  },
  /** The bodies of so many messages, which must be there. */
  async take(QueueUrl: string, count: number): Promise<readonly string[]> {
    const bodies: string[] = []
    while (bodies.length < count) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      )
      if (Messages.length === 0) throw new Error(`${QueueUrl} has ${bodies.length} messages, not ${count}`)
      bodies.push(...Messages.map(({ Body = '' }) => Body))
    }
    return bodies
  },
  async drop(QueueUrl: string): Promise<void> {
    await client.send(new DeleteQueueCommand({ QueueUrl }))
  },
} as const
