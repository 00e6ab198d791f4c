import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Catalog } from '../../shared/catalogs/catalog.ts'
import { metastoreClient } from '../../shared/catalogs/hms/connection/client.ts'
import { openMetastore } from '../../shared/catalogs/metastore/metastore.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { newPartition } from '../../shared/catalogs/metastore/requests/convert.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import { partitionKey, type Table } from '../../shared/schema/table.ts'
import { hdfs } from '../support/hdfs.ts'
import { dropDatabases } from '../support/metastore.ts'
import type { Job } from '../support/metastore-process.ts'
import { describeStack, locksTables, stack } from '../support/stack.ts'
import { columns } from '../support/types.ts'

const SERVERS = [
  { version: stack.metastore.version, component: 'metastore' },
  { version: stack.metastore3.version, component: 'metastore3' },
] as const

const keys = columns('year string', 'hour string')
const SCRIPT = fileURLToPath(new URL('../support/metastore-process.ts', import.meta.url))

const processes = new Set<ChildProcess>()
afterEach(() => {
  for (const child of processes) child.kill('SIGKILL')
  processes.clear()
})

/** A process that is connected and waits for its start. */
async function processOf(job: Job) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] })
  processes.add(child)
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const ended = once(child, 'exit').then(([code]) => ({ code, errors }))
  child.stdin.write(`${JSON.stringify(job)}\n`)
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error(`the process ended before it was ready: ${errors}`))),
  ])
  return {
    kill: () => child.kill('SIGKILL'),
    /** Resolves when it has done its work, without an error. */
    run: async () => {
      child.stdin.write('\n')
      expect(await ended).toEqual({ code: 0, errors: '' })
    },
  }
}

for (const { version, component } of SERVERS) {
  describeStack(['hdfs', component], `several processes at once on Hive ${version}`, () => {
    const database = `hms_concurrency_${component}_${process.pid}`
    const root = `/golden/${database}`
    const { host, port } = stack[component]
    const uris = `thrift://${host}:${port}`
    // A lock is waited for so long; the server itself would free one after five minutes.
    const options = { kind: 'metastore', uris, batchSize: 200, timeout: 200_000 } as const
    const catalog = openMetastore('hive', metastoreOptions.parse(options))
    const created = async (name: string): Promise<Table> => {
      const table: Table = {
        name: { database, name },
        kind: 'external',
        format: 'parquet',
        columns: columns('id bigint', 'name string'),
        partitionKeys: keys,
        location: hdfs.location(`${root}/${name}`),
        parameters: {},
      }
      await catalog.apply(catalog.plan(table.name, [{ kind: 'createTable', table }]))
      return table
    }
    const working = ({ name }: Table, work: Job['work']) => processOf({ options, table: name, work })

    beforeAll(async () => {
      await hdfs.mkdir(root)
      await hdfs.chmod(root, '777')
      await catalog.apply(catalog.plan({ database, name: '' }, [{ kind: 'createDatabase', database }]))
    })
    afterAll(async () => {
      await catalog.close()
      await dropDatabases({ host, port }, database)
      await hdfs.rm(root)
    })

    it('register the same 2,000 partitions, with an external client among them', async () => {
      const table = await created('registered')
      // In one folder, so that the server need not make thousands.
      const location = `${table.location}/all`
      const partitions = Array.from({ length: 2000 }, (_, at): Partition => {
        const values = ['2019', `${at}`]
        return { values, location, columns: table.columns, parameters: {}, files: [] }
      })
      const adding = (all: readonly Partition[]): Change => ({
        kind: 'addPartitions',
        table: table.name,
        partitionKeys: keys,
        partitions: all,
      })
      const runs = await Promise.all([
        working(table, [adding(partitions)]),
        working(table, [adding([...partitions].reverse())]),
      ])
      const inTheMiddle = [...partitions.slice(700), ...partitions.slice(0, 700)]
      await Promise.all([...runs.map(({ run }) => run()), externalClient(table, inTheMiddle)])
      const among = partitions.map(({ values }) => values)
      const found = await catalog.partitions(table, { want: 'details', among })
      expect(await catalog.partitions(table, { want: 'names' })).toHaveLength(2000)
      expect(found.map(({ values }) => partitionKey(values)).sort()).toEqual(among.map(partitionKey).sort())
      expect(new Set(found.map(partition => partition.location))).toEqual(new Set([location]))
      expect(new Set(found.map(partition => JSON.stringify(partition.columns)))).toEqual(
        new Set([JSON.stringify(table.columns)]),
      )
    })

    /** Adds what is not there, as Hive's ADD IF NOT EXISTS does. */
    async function externalClient(table: Table, partitions: readonly Partition[]): Promise<void> {
      const hms = metastoreClient(metastoreOptions.parse(options))
      const of = { dbName: database, tblName: table.name.name }
      const { table: stored = {} } = await hms.call('get_table_req', { req: of })
      for (let at = 0; at < partitions.length; at += 50) {
        const parts = partitions.slice(at, at + 50).map(partition => newPartition(stored, partition))
        const request = { ...of, parts, ifNotExists: true, needResult: false }
        await hms.call('add_partitions_req', { request })
      }
      hms.close()
    }

    it('add different columns and parameters, and lose none', async () => {
      const table = await created('grown')
      const changes = (who: string) =>
        Array.from({ length: 8 }, (_, at): Change[] => [
          { kind: 'addColumns', table: table.name, columns: columns(`${who}${at} int`) },
          { kind: 'setParameters', table: table.name, parameters: { [`goldsync.${who}${at}`]: 'set' } },
        ]).flat()
      const runs = await Promise.all(['a', 'b'].map(who => working(table, changes(who))))
      await Promise.all(runs.map(({ run }) => run()))
      await expectAll(table, ['a', 'b'], 8)
    })

    it('see all columns of a table while an external client changes them', async () => {
      const table = await created('rewritten')
      const hms = metastoreClient(metastoreOptions.parse(options))
      const { table: stored = {} } = await hms.call('get_table_req', {
        req: { dbName: database, tblName: table.name.name },
      })
      let ended = false
      const change = async () => {
        for (let at = 1; at <= 60; at += 1) {
          const added = Array.from({ length: at % 30 }, (_, column) => ({ name: `c${column}`, type: 'int' }))
          const cols = [...(stored.sd?.cols ?? []), ...added]
          await hms.call('alter_table_with_environment_context', {
            dbname: database,
            tbl_name: table.name.name,
            new_tbl: { ...stored, sd: { ...stored.sd, cols } },
            environment_context: { properties: { DO_NOT_UPDATE_STATS: 'true' } },
          })
        }
        ended = true
      }
      const seen = new Set<number>()
      const look = async () => {
        while (!ended) seen.add((await catalog.inspect(table.name))?.columns.length ?? 0)
      }
      await Promise.all([change(), look(), look()])
      hms.close()
      expect([...seen]).not.toContain(0)
    })

    it('put to one parameter what each has, and lose none', async () => {
      const table = await created('merged')
      const other = openMetastore('hive', metastoreOptions.parse(options))
      const adding = async (through: Catalog, word: string): Promise<void> => {
        const { words } = (await through.inspect(table.name))?.parameters ?? {}
        const parameters = { words: [...(words?.split(' ') ?? []), word].join(' ') }
        const expected = { words: words ?? null }
        const change = { kind: 'setParameters', table: table.name, parameters, expected } as const
        await through.apply(through.plan(table.name, [change])).catch(error => {
          if (error.code !== 'CONFLICT') throw error
          return adding(through, word)
        })
      }
      const working = async (through: Catalog, who: string) => {
        for (let at = 0; at < 8; at += 1) await adding(through, `${who}${at}`)
      }
      await Promise.all([working(catalog, 'a'), working(other, 'b')])
      await other.close()
      const words = (await catalog.inspect(table.name))?.parameters.words?.split(' ') ?? []
      const wanted = ['a', 'b'].flatMap(who => Array.from({ length: 8 }, (_, at) => `${who}${at}`))
      expect(words.toSorted()).toEqual(wanted)
    })

    if (locksTables(version))
      it('need not wait for the server to free the lock of one that was killed while it held the lock', async () => {
        const table = await created('orphaned')
        const holder = await working(table, 'hold')
        const runs = await Promise.all(
          ['a', 'b'].map(who =>
            working(table, [
              { kind: 'addColumns', table: table.name, columns: columns(`${who}0 int`) },
              { kind: 'setParameters', table: table.name, parameters: { [`goldsync.${who}0`]: 'set' } },
            ]),
          ),
        )
        holder.kill()
        const killed = performance.now()
        await Promise.all(runs.map(({ run }) => run()))
        // After 10 s, that is; the server itself would need 300.
        expect(performance.now() - killed).toBeLessThan(100_000)
        await expectAll(table, ['a', 'b'], 1)
      })

    const expectAll = async (table: Table, who: readonly string[], count: number) => {
      const found = await catalog.inspect(table.name)
      const names = who.flatMap(name => Array.from({ length: count }, (_, at) => `${name}${at}`))
      expect(found?.columns.map(({ name }) => name).sort()).toEqual([...names, 'id', 'name'].sort())
      const wanted = names.map(name => [`goldsync.${name}`, 'set'])
      expect(found?.parameters).toMatchObject(Object.fromEntries(wanted))
    }
  })
}
