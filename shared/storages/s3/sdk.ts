/** The parts of the AWS SDK that are used, for a dynamic import of this module: the bundler leaves out the other hundred commands. */
export {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
