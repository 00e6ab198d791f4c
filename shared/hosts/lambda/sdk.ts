/** The parts of the AWS SDK that are used, for a dynamic import of this module. */
export { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
