/**
 * Delegation tokens of Hadoop, and the files that hold them (HDTS): what HADOOP_TOKEN_FILE_LOCATION names. Both versions are read:
 * 0 (Writables), which Hadoop 2 and 3 read, and 1 (protocol buffers), which Hadoop 3 writes. Pure.
 */
import { GoldsyncError } from '../base/errors.ts'
import { cutOff, hadoopBytes, hadoopNumber, openReader, type Reader } from './token-bytes.ts'

export interface HadoopToken {
  readonly identifier: Buffer
  /** A secret. */
  readonly password: Buffer
  /** `HIVE_DELEGATION_TOKEN`, `WEBHDFS delegation` … */
  readonly kind: string
  /** Whom it is for, `host:port` or a name; often empty. */
  readonly service: string
  /** Its name in the file. */
  readonly alias: string
}

/** The kind of the metastore's tokens, and of HiveServer2's. */
export const HIVE_TOKEN = 'HIVE_DELEGATION_TOKEN'
/** The service of HiveServer2's (HiveAuthConstants). */
export const HIVESERVER2_SERVICE = 'hiveserver2ClientToken'

const MAGIC = 'HDTS'

/** @throws GoldsyncError `DATA_INVALID` */
export function decodeTokenFile(bytes: Buffer): readonly HadoopToken[] {
  const reader = openReader(bytes)
  const isTokenFile = bytes.length > 4 && reader.take(4).toString('latin1') === MAGIC
  const version = isTokenFile ? reader.byte() : undefined
  if (version === 0) return readWritables(reader)
  if (version === 1) return readCredentials(openReader(reader.take(reader.varint())))
  throw new GoldsyncError(
    'DATA_INVALID',
    version === undefined
      ? 'it is no file of Hadoop tokens'
      : `version ${version} of Hadoop's token files is not known`,
  )
}

/** A file of version 0. */
export const encodeTokenFile = (tokens: readonly HadoopToken[]): Buffer =>
  Buffer.concat([
    Buffer.from(`${MAGIC}\0`),
    hadoopNumber(tokens.length),
    ...tokens.flatMap(token => [hadoopBytes(token.alias), encodeToken(token)]),
    hadoopNumber(0),
  ])

/** A token as text, as servers hand it out and `delegation=` of WebHDFS takes it. */
export const tokenText = (token: HadoopToken): string => encodeToken(token).toString('base64url')

/** @param alias its name in a file @throws GoldsyncError `DATA_INVALID` */
export const parseToken = (text: string, alias: string): HadoopToken => ({
  ...readWritable(openReader(Buffer.from(text, 'base64'))),
  alias,
})

const encodeToken = ({ identifier, password, kind, service }: HadoopToken): Buffer =>
  Buffer.concat([identifier, password, kind, service].map(hadoopBytes))

const field = (reader: Reader): Buffer => reader.take(reader.hadoopNumber())

const readWritable = (reader: Reader): Omit<HadoopToken, 'alias'> => ({
  identifier: field(reader),
  password: field(reader),
  kind: field(reader).toString(),
  service: field(reader).toString(),
})

function readWritables(reader: Reader): readonly HadoopToken[] {
  const tokens: HadoopToken[] = []
  for (let left = reader.hadoopNumber(); left > 0; left -= 1) {
    const alias = field(reader).toString()
    tokens.push({ ...readWritable(reader), alias })
  }
  return tokens
}

/** CredentialsProto of Security.proto: tokens are its field 1. */
function readCredentials(reader: Reader): readonly HadoopToken[] {
  return fieldsOf(reader).flatMap(([number, bytes]) => {
    if (number !== 1) return []
    const entry = new Map(fieldsOf(openReader(bytes)))
    const token = entry.get(2)
    if (token === undefined) return []
    const parts = new Map(fieldsOf(openReader(token)))
    const part = (nth: number): Buffer => parts.get(nth) ?? Buffer.alloc(0)
    return [
      {
        identifier: part(1),
        password: part(2),
        kind: part(3).toString(),
        service: part(4).toString(),
        alias: (entry.get(1) ?? '').toString(),
      },
    ]
  })
}

/** Fields of a message, all of which here are bytes. */
function fieldsOf(reader: Reader): readonly (readonly [number: number, bytes: Buffer])[] {
  const fields: (readonly [number, Buffer])[] = []
  while (reader.left > 0) {
    const key = reader.varint()
    if (key % 8 !== 2) throw cutOff()
    fields.push([Math.floor(key / 8), reader.take(reader.varint())])
  }
  return fields
}

/** What an identifier tells of its token. */
export interface TokenFacts {
  readonly owner: string
  readonly renewer: string
  /** Epoch milliseconds after which nobody can renew it. */
  readonly until: number
}

/** Undefined where the identifier is of another kind than HDFS's and Hive's. */
export function factsOf({ identifier }: HadoopToken): TokenFacts | undefined {
  try {
    const reader = openReader(identifier)
    if (reader.byte() !== 0) return undefined
    const [owner, renewer] = [field(reader).toString(), field(reader).toString()]
    field(reader)
    reader.hadoopNumber()
    return { owner, renewer, until: reader.hadoopNumber() }
  } catch {
    return undefined
  }
}
