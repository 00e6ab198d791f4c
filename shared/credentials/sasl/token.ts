/** Hadoop's delegation tokens in SASL, as its SaslRpcServer writes them and Hive's servers name their service. */
import type { HadoopToken } from '../hadoop-token.ts'
import { digestMd5 } from './digest-md5.ts'
import type { Mechanism } from './mechanism.ts'

export const byToken = ({ identifier, password }: HadoopToken): Mechanism =>
  digestMd5({
    user: identifier.toString('base64'),
    password: password.toString('base64'),
    uri: 'null/default',
  })
