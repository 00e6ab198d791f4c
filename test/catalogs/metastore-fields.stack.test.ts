/** The field tables against the classes in Hive's release jars, which the stack has downloaded. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { METHODS, type Method } from '../../shared/catalogs/hms/protocol/methods.ts'
import { type FieldTable, STRUCTS } from '../../shared/catalogs/hms/protocol/structs.ts'
import { describeStack, stack } from '../support/stack.ts'

const PROGRAM = fileURLToPath(new URL('../support/ThriftFields.java', import.meta.url))

const downloads = join(stack.home, 'dist')
const resolved = (name: string): string => {
  const file = readdirSync(downloads).find(
    found => found.startsWith(`${name}-`) && found.endsWith('.classpath'),
  )
  return readFileSync(join(downloads, file!), 'utf8').trim()
}

const RELEASES = [
  { version: '4.0.1', component: 'metastore', jars: () => resolved('hive') },
  {
    version: '3.1.3',
    component: 'metastore3',
    jars: () => `${downloads}/hive-standalone-metastore-3.1.3/lib/*:${resolved('metastore3')}`,
  },
] as const

/** What only the newer release has: it never comes from an older server, which skips it when it is sent. */
const NEWER: readonly string[] = [
  'ThriftHiveMetastore$get_partitions_by_names_result o3 3 InvalidObjectException',
  'ThriftHiveMetastore$delete_partition_column_statistics_args engine 5 string',
]

/** Our tables as the program prints the jars: a line for each struct and for each field. */
function ourLines(): string[] {
  const structs = Object.entries<FieldTable>(STRUCTS).flatMap(([name, fields]) => linesOf(name, fields))
  const methods = Object.entries<Method>(METHODS).flatMap(([name, { args, returns, throws }]) => [
    ...linesOf(`ThriftHiveMetastore$${name}_args`, args),
    ...linesOf(`ThriftHiveMetastore$${name}_result`, returns ? { success: [0, returns] } : {}),
    ...throws.map((type, at) => `ThriftHiveMetastore$${name}_result o${at + 1} ${at + 1} ${type}`),
  ])
  return [...structs, ...methods]
}

const linesOf = (struct: string, fields: FieldTable): string[] => [
  struct,
  ...Object.entries(fields).map(([field, [id, type]]) => `${struct} ${field} ${id} ${type}`),
]

const structs = ourLines().filter(line => !line.includes(' '))
const isOf = (struct: string, line: string): boolean => line.startsWith(`${struct} `)

for (const { version, component, jars } of RELEASES) {
  describeStack([component], `the metastore's fields in Hive ${version}`, () => {
    let theirs: ReadonlySet<string>
    beforeAll(() => {
      theirs = new Set(
        execFileSync('java', ['-cp', jars(), PROGRAM, ...structs], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        })
          .trim()
          .split('\n'),
      )
    })

    describe('are as our tables say', () => {
      it.each(structs)('%s', struct => {
        const ours = ourLines().filter(
          line => isOf(struct, line) && (version === '4.0.1' || !NEWER.includes(line)),
        )
        const listed = [...theirs].filter(
          line => isOf(struct, line) && ours.some(our => sameField(our, line)),
        )
        expect(listed.sort()).toEqual(ours.sort())
      })
    })

    it('hold no exception that our tables lack', () => {
      const ours = new Set(ourLines())
      expect([...theirs].filter(line => /_result o\d/.test(line) && !ours.has(line))).toEqual([])
    })

    it('have what only newer servers have only there', () => {
      expect(NEWER.filter(line => theirs.has(line))).toEqual(version === '4.0.1' ? NEWER : [])
    })
  })
}

/** Whether two lines tell of one field: the same struct and id. */
function sameField(a: string, b: string): boolean {
  const [[struct, , id], [otherStruct, , otherId]] = [a.split(' '), b.split(' ')]
  return struct === otherStruct && id === otherId
}
