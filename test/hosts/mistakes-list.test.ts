/**
 * The 26 mistakes that a new user made before this was built (in the order of that report), 22 more, and the test that has
 * each: a row says where its message is held to what went wrong, where, and what to do.
 */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

/** File below test/, and the title that the row or the test has there. */
type Where = readonly [file: string, ...titles: string[]]

const HERE = 'hosts/mistakes.test.ts'
const CONFIG = 'hosts/mistakes-config.test.ts'
const RUNS = 'hosts/mistakes-runs.test.ts'
const KEYS = 'config/config.test.ts'

const FIRST: readonly (readonly [mistake: string, ...where: Where[]])[] = [
  ['a wrong key in the config', [KEYS, 'a key that does not exist', 'one in a driver', 'one at the top']],
  [
    'a wrong layout, for new tables and for existing ones',
    [RUNS, 'a layout of hours for a lake of days', 'a layout that fits one topic, and another one not'],
    ['sync/judge-layout.test.ts', 'with what the folders suggest'],
  ],
  [
    'hdfs:/x, hdfs:///x, a path that is not there',
    [RUNS, 'hdfs:/x', 'hdfs:///x', 'a path that is not there'],
  ],
  ['a NameNode port that refuses', [HERE, 'a NameNode that is not there']],
  [
    "a NameNode's RPC port, without http://, a DataNode's port",
    [HERE, "a NameNode's RPC port for WebHDFS", "a DataNode's port for WebHDFS"],
    [CONFIG, 'a NameNode without http://', 'a NameNode by its RPC address'],
  ],
  ['a metastore at an HTTP port', [HERE, 'a metastore at an HTTP port']],
  [
    'a metastore at the port of HiveServer2, PostgreSQL, the RPC',
    [HERE, 'a metastore at a port that closes (HiveServer2, PostgreSQL, RPC)'],
    ['hosts/mistakes.stack.test.ts', "PostgreSQL's for the metastore"],
  ],
  [
    'https for an http Trino, a wrong port of it, a wrong catalog',
    [HERE, 'https for a Trino that speaks http', 'Trino at a port that closes'],
    [HERE, 'a name that Trino does not know its catalog by'],
  ],
  [
    'a host name that nobody knows',
    [HERE, 'a host name of the engine that nobody knows', 'a host name of a NameNode that nobody knows'],
  ],
  [
    "Trino's password wrong, over http, a certificate without ca",
    [HERE, 'a Trino whose password is wrong'],
    ['engines/trino-faults.test.ts', 'are refused over plain HTTP', 'whose certificate is not trusted'],
  ],
  [
    'a server that takes the connection and stays silent',
    [HERE, 'a server that takes the connection and says nothing'],
    ['base/connecting.test.ts', 'told within 8 s'],
    ['base/waits.test.ts', 'what takes long is shown while it does'],
  ],
  ['no right to read HDFS', ['storages/webhdfs/refusals.test.ts', 'where permission is missing']],
  [
    'a database that is missing',
    [RUNS, 'a database that is not there, at a scan', 'a database that is not there, at a plan'],
  ],
  ['an indentation of YAML', [CONFIG, 'an indentation that is not that of its map']],
  ['a tab in YAML', [CONFIG, 'a tab before it']],
  ['a key given twice', [CONFIG, 'a key given twice']],
  ['an unknown catalog', [KEYS, 'a catalog that is not defined']],
  [
    'a variable that is not set, a file that is not there',
    [KEYS, 'that are missing are named with their key'],
  ],
  [
    'a lake that is a file, a root one level too deep or too high',
    [RUNS, 'a lake that is a file', 'one level too deep', 'one level too high'],
  ],
  [
    'an empty config, no catalogs, an unknown kind, an engine that is none',
    [
      RUNS,
      'an empty config',
      'no catalogs',
      'a kind of catalog that is none',
      'a kind of engine that is none',
    ],
  ],
  ['two topics, one table name', [RUNS, 'two topics, one table name']],
  ['a column named like a partition key', [RUNS, 'a column that is named like a partition key']],
  [
    'a catalog file that another program holds',
    [HERE, 'a catalog file that another program holds'],
    ['catalogs/duckdb-failures.stack.test.ts', 'is named with the process'],
  ],
  [
    "the catalog's folder is missing, the disk is full",
    [HERE, 'a catalog file in a folder that is not there'],
    ['catalogs/duckdb-errors.test.ts', 'a disk that is full'],
  ],
  [
    'Ctrl-C in a scan',
    ['sync/stop.test.ts', 'keeps each partition whose footers were read'],
    ['hosts/cli-text.test.ts', 'no more when it has ended'],
  ],
  ['--json | head', ['hosts/cli-schema.stack.test.ts', 'when the reader has seen enough']],
]

const MORE: typeof FIRST = [
  ['an S3 endpoint without http://', [CONFIG, 'an S3 without http://']],
  ['an S3 endpoint that speaks no HTTP', [HERE, 'an endpoint of S3 that speaks no HTTP']],
  ['https for an S3 or a Glue of http', [HERE, 'https for an S3 that speaks http', 'https for a Glue that']],
  ['a port that refuses Glue', ['catalogs/glue-faults.test.ts', 'told within 8 s, whatever the attempts']],
  ['a metastore by http://', [CONFIG, 'a metastore by http']],
  ['a metastore at MySQL, at SSH', [HERE, 'a metastore at MySQL', 'a metastore at an SSH server']],
  ['a metastore with Kerberos, without it here', [HERE, 'a metastore that asks for SASL']],
  [
    'TLS on one side of a metastore',
    [HERE, 'TLS for a metastore without it', 'no TLS for a metastore with it'],
  ],
  ['a metastore without the jars of S3', [HERE, 'a metastore without the jars of S3']],
  [
    'a HiveServer2 at an HTTP port, the wrong path',
    [HERE, 'HiveServer2 at an HTTP port', 'with a path of another'],
  ],
  ['TLS for a HiveServer2 without it', [HERE, 'TLS for a HiveServer2 without it']],
  ['a Presto of https by http', [HERE, 'http for a Presto that speaks https']],
  ["a catalog of Trino's over another metastore", [HERE, "a catalog of Trino's over another metastore"]],
  ['caching for an engine that caches nothing', [HERE, 'a Trino that cannot flush what is no cache']],
  ['a password in an address', [CONFIG, 'an address with a password', 'a location with keys of S3']],
  ['a secret in YAML that needs quotes', [CONFIG, 'an @ at the beginning', 'a backslash in double quotes']],
  [
    'a day of a table of hours',
    [CONFIG, 'a day of a table of hours'],
    [RUNS, 'a partition of too few values'],
  ],
  ['a table that no topic has', [RUNS, 'a table that no topic has']],
  ['a lake inside another one', [KEYS, 'one lake in another']],
  ['a time zone that is none', [KEYS, 'a time zone']],
  ['--catalog without --lake', ['hosts/cli.stack.test.ts', 'refuses %s without --lake']],
  ['a topic of another layout than the rest', [RUNS, 'a layout that fits one topic, and another one not']],
]

const textOf = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8')

const holds = async ([, ...all]: (typeof FIRST)[number]) => {
  const missing: string[] = []
  for (const [file, ...titles] of all) {
    const text = (await textOf(file)).replaceAll("\\'", "'")
    missing.push(...titles.filter(title => !text.includes(title)).map(title => `${file}: ${title}`))
  }
  return missing
}

const rows = (all: typeof FIRST) => all.map(row => ({ mistake: row[0], row }))

describe('each of the 26 mistakes has its test', () => {
  it('26', () => expect(FIRST).toHaveLength(26))
  it.each(rows(FIRST))('$mistake', async ({ row }) => expect(await holds(row)).toEqual([]))
})

describe('and so has each of those that were tried later', () => {
  it.each(rows(MORE))('$mistake', async ({ row }) => expect(await holds(row)).toEqual([]))
})
