/** What the folders of a lake do not tell: how its storage is reached, and who gets its tables. */
import type { Around as AroundText } from '../../propose/config-text.ts'
import { schemeOf } from '../../storages/location.ts'
import { settingsOf } from './named-files.ts'

/** As the options of `goldsync init` have it. */
export interface Around {
  readonly namenode?: readonly string[]
  readonly user?: string
  readonly metastore?: string
  readonly trino?: string
}

type Settings = Readonly<Record<string, unknown>>

const kindOf = (location: string): 'local' | 'hdfs' | 's3' => {
  const scheme = schemeOf(location)
  if (scheme === 'file') return 'local'
  return scheme.startsWith('s3') ? 's3' : 'hdfs'
}

/** The `storage` block of a lake. */
export function storageOf(location: string, { namenode, user }: Around, env: NodeJS.ProcessEnv): Settings {
  switch (kindOf(location)) {
    case 'local':
      return {}
    case 's3':
      return settingsOf(location, env)
    case 'hdfs':
      return { ...(namenode ? { namenodes: namenode } : {}), ...(user === undefined ? {} : { user }) }
  }
}

/** Blocks of the config. JSON is YAML. */
export function aroundOf(location: string, options: Around, env: NodeJS.ProcessEnv): AroundText {
  const storage = storageOf(location, options, env)
  const { trino, metastore } = options
  const catalog = catalogOf(location, options, env)
  return {
    storage: Object.keys(storage).length > 0 ? [`storage: ${JSON.stringify(storage)}`] : [],
    catalogs: catalog,
    engines:
      trino === undefined
        ? []
        : [
            `trino: ${JSON.stringify({ kind: 'trino', url: trino })} # catalog: its name of the catalog over ${metastore === undefined ? 'Glue' : 'the metastore'}, by default hive; caching: true where it has hive.metastore-cache-ttl`,
          ],
  }
}

function catalogOf(location: string, { metastore, user }: Around, env: NodeJS.ProcessEnv): readonly string[] {
  const who = user === undefined ? {} : { user }
  if (metastore !== undefined)
    return [`hive: ${JSON.stringify({ kind: 'metastore', uris: metastore, ...who })}`]
  switch (kindOf(location)) {
    case 'local':
      return [
        '# the embedded catalog: one file, next to where goldsync runs; or metastore, hiveserver2, glue (docs/catalogs)',
        'duckdb: { kind: duckdb, file: catalog.duckdb }',
      ]
    case 's3': {
      const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_GLUE, AWS_ENDPOINT_URL_S3, AWS_REGION } = env
      const endpoint = AWS_ENDPOINT_URL_GLUE || AWS_ENDPOINT_URL
      // A server of one's own (MinIO, Ceph) has no Glue beside it.
      if (AWS_ENDPOINT_URL_S3 && !endpoint) return unknownMetastore(user)
      const region = AWS_REGION ? { region: AWS_REGION } : {}
      return [
        '# or a Hive metastore: goldsync init --metastore thrift://host:9083',
        `glue: ${JSON.stringify({ kind: 'glue', ...region, ...(endpoint ? { endpoint } : {}) })}`,
      ]
    }
    case 'hdfs':
      return unknownMetastore(user)
  }
}

const unknownMetastore = (user: string | undefined): readonly string[] => [
  '# not known yet: its address (goldsync init --metastore thrift://host:9083), or kind hiveserver2',
  `hive: { kind: metastore, uris: "\${METASTORE_URI}"${user === undefined ? '' : `, user: ${JSON.stringify(user)}`} }`,
]
