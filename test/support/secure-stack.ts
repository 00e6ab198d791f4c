import { homedir } from 'node:os'
import { join } from 'node:path'

const env = process.env
const home = env.STACK_HOME ?? join(homedir(), '.cache/golden-stack')
const keytabs = env.SECURE_KEYTABS ?? join(home, 'data/secure/kdc/keytabs')
const certificates = join(home, 'data/secure/certificates')

/** Name of the host in all addresses, principals and certificates of the secure stack. */
const host = env.SECURE_HOST ?? 'localhost'
const realm = env.SECURE_REALM ?? 'GOLDSYNC.TEST'
const webhdfs = env.SECURE_WEBHDFS_URL ?? `https://${host}:18711/webhdfs/v1`

const trino = env.SECURE_TRINO_URL ?? `https://${host}:18760`
const tokenUrl = env.SECURE_TOKEN_URL ?? `https://${host}:18780/token`
const ca = env.SECURE_CA ?? join(certificates, 'ca.pem')
const httpfs = env.SECURE_HTTPFS_URL ?? `https://${host}:18740/webhdfs/v1`
const knox = env.SECURE_KNOX_URL ?? `https://${host}:18741/gateway`

const addressOf = (url: string): { readonly host: string; readonly port: number } => {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}

const metastore = (name: string, port: number) =>
  addressOf(env[`SECURE_${name}_URI`] ?? `thrift://${host}:${port}`)

/** Where the servers of the secure stack listen, by their component (test/stack/secure): a probe asks no more of them. */
export const secureAddresses = {
  'secure:kdc': { host, port: Number(env.SECURE_KDC_PORT ?? 18700) },
  'secure:hdfs': addressOf(webhdfs),
  'secure:metastore': metastore('METASTORE', 18720),
  'secure:metastore-integrity': metastore('METASTORE_INTEGRITY', 18721),
  'secure:metastore-privacy': metastore('METASTORE_PRIVACY', 18722),
  'secure:metastore3': metastore('METASTORE3', 18723),
  'secure:metastore-http': metastore('METASTORE_HTTP', 18724),
  'secure:metastore-password': metastore('METASTORE_PASSWORD', 18725),
  'secure:metastore-authorized': metastore('METASTORE_AUTHORIZED', 18726),
  'secure:hiveserver2-kerberos': { host, port: Number(env.SECURE_HIVESERVER2_KERBEROS_PORT ?? 18750) },
  'secure:hiveserver2-kerberos-privacy': {
    host,
    port: Number(env.SECURE_HIVESERVER2_KERBEROS_PRIVACY_PORT ?? 18752),
  },
  'secure:hiveserver2-ldap': { host, port: Number(env.SECURE_HIVESERVER2_LDAP_PORT ?? 18753) },
  'secure:hiveserver2-jwt': { host, port: Number(env.SECURE_HIVESERVER2_JWT_PORT ?? 18755) },
  'secure:trino': addressOf(trino),
  'secure:ldap': addressOf(env.SECURE_LDAP_URL ?? `ldap://${host}:18770`),
  'secure:identity': addressOf(tokenUrl),
  'secure:httpfs': addressOf(httpfs),
  'secure:knox': addressOf(knox),
} as const

export type SecureComponent = keyof typeof secureAddresses

/** The secure stack: defaults of test/stack/secure, or the variables that `npm run stack -- env` prints. */
export const secure = {
  host,
  realm,
  /** For `KRB5_CONFIG`: to be set before the first use of MIT's library. */
  krb5Config: env.SECURE_KRB5_CONFIG ?? join(home, 'conf/secure/krb5.conf'),
  hdfs: {
    uri: env.SECURE_HDFS_URI ?? `hdfs://${host}:18710`,
    /** The REST root without a trailing slash. */
    webhdfs,
    /** Readable by goldsync, in the group `lake`; written by the superuser `hdfs`. */
    lake: '/datalake',
  },
  /** Seconds until a delegation token must be renewed, as the servers were started with it. */
  tokenLife: Number(env.STACK_SECURE_TOKEN ?? 86_400),
  /** Settings of the cluster's clients, as `HADOOP_CONF_DIR` has them: of the stack's NameNode, which are theirs too. */
  hadoopConf: join(home, 'conf/secure/hdfs'),
  /** HttpFS over it: its REST root. */
  httpfs,
  /** Knox over it: topology `default` takes the password of goldsync, `token` JWTs (RS256) of the issuer golden-stack, signed with `serverKey`. */
  knox: { gateway: knox, password: env.SECURE_KNOX_PASSWORD ?? 'knox-secret' },
  serverKey: join(certificates, 'server.key'),
  principal: `goldsync@${realm}`,
  /** The same user of Hadoop; its tickets live for 40 s (STACK_SECURE_TICKET) and are taken 20 s longer. */
  briefPrincipal: `goldsync/brief@${realm}`,
  /** @param name hdfs (the superuser), hive, goldsync, goldsync-brief, goldsync-stale (a key it no longer has), other (no rights) … */
  keytab: (name: string): string => join(keytabs, `${name}.keytab`),
  ca,
  /** An authority that signed none of the servers. */
  otherCa: env.SECURE_OTHER_CA ?? join(certificates, 'other-ca.pem'),
  /** Of goldsync as a client, of `ca`. */
  clientCert: env.SECURE_CLIENT_CERT ?? join(certificates, 'client.pem'),
  /** PEM of the key whose JWTs (RS256, `kid` stack) are known, by whatever name they give, to `secure:metastore-http`. */
  jwtKey: env.SECURE_JWT_KEY ?? join(certificates, 'jwt.key'),
  /** Of the user goldsync, to `secure:metastore-password`. */
  metastorePassword: env.SECURE_METASTORE_PASSWORD ?? 'metastore-secret',
  clientKey: env.SECURE_CLIENT_KEY ?? join(certificates, 'client.key'),
  /** Takes a password, JWTs of `identity`, Kerberos (`trino/localhost`) and client certificates. */
  trino: {
    url: trino,
    /** Over the stack's metastore, and over `secure:metastore` and `secure:hdfs`. */
    catalog: 'hive',
    secureCatalog: 'secure',
    user: env.SECURE_TRINO_USER ?? 'goldsync',
    password: env.SECURE_TRINO_PASSWORD ?? 'golden-gate',
  },
  /** A user of the directory that `secure:hiveserver2-ldap` asks. */
  ldap: {
    user: env.SECURE_LDAP_USER ?? 'goldsync',
    password: env.SECURE_LDAP_PASSWORD ?? 'lake-water',
  },
  /** An OAuth2 provider, whose tokens live for 20 s; and the key that it signs with. */
  identity: {
    auth: {
      kind: 'oauth2',
      tokenUrl,
      clientId: env.SECURE_CLIENT_ID ?? 'goldsync',
      clientSecret: {
        file: env.SECURE_CLIENT_SECRET_FILE ?? join(home, 'data/secure/identity/client-secret'),
      },
      tls: { ca },
    },
    key: env.SECURE_SIGNING_KEY ?? join(home, 'data/secure/identity/key.pem'),
  },
} as const
