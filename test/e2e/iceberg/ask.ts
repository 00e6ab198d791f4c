/** What a reader answers of Iceberg tables, in a few words. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import pMap from 'p-map'
import type { Column } from '../../../shared/schema/table.ts'
import { hadoopJdk } from '../../support/java.ts'
import { trinoRows } from '../../support/sql.ts'
import { stack } from '../../support/stack.ts'
import { inWords, textIn } from '../evolution/ask.ts'
import type { Version } from '../evolution/cells.ts'
import type { Answer, Part } from '../evolution/recordings.ts'
import { fault, idsWhere, type Row, rowsOf, seen } from '../evolution/values.ts'
import { type Cell, LAYOUTS, PLACES, type Place } from './cells.ts'
import { type Bounded, type Condition, conditionsAt, idsAt } from './conditions.ts'
import type { Reader } from './recordings.ts'

/** What a table is asked for. */
export interface Question {
  /** `database.table`, of the metastore and of the REST catalog. */
  readonly table: string
  /** Its metadata file in the metastore: that of the REST server is in memory. */
  readonly metadata: string
  /** Without its keys. */
  readonly columns: readonly Column[]
  readonly keys: readonly Column[]
  readonly layout: Cell['layout']
  readonly partitions: Readonly<Partial<Record<Place, readonly Version[]>>>
  readonly filter: string | undefined
  readonly bounded: Bounded | undefined
}

interface Select {
  readonly question: Question
  readonly columns: readonly Column[]
  readonly where: string | undefined
  /** By each of them the ids, instead, in one statement: rows of `at`, the condition's place, and `id`. */
  readonly conditions?: readonly Condition[]
}

type Found = { readonly rows: readonly Row[] } | { readonly error: string }

/** Answers in the order of the questions. */
export async function askAll(reader: Reader, questions: readonly Question[]): Promise<readonly Answer[]> {
  const selects = questions.flatMap(question => selectsOf(reader, question))
  const found = await ask(reader, selects)
  const of = new Map(selects.map((select, at) => [select, found[at] as Found]))
  return questions.map(question => {
    const [all, ...more] = selects.filter(select => select.question === question)
    const faults = {
      ...faultsOf(question, of.get(all as Select) as Found),
      ...Object.assign(
        {},
        ...more.map(({ conditions }, at) => {
          const found = of.get(more[at] as Select) as Found
          return conditions ? conditionFault(question, conditions, found) : filterFault(question, found)
        }),
      ),
    }
    return Object.keys(faults).length === 0 ? 'right' : faults
  })
}

/** PyIceberg is asked by conditions where they are the subject (`test/support/scan_iceberg.py`): it has a language of its own. */
function selectsOf(reader: Reader, question: Question): readonly Select[] {
  const { columns, keys, filter, bounded } = question
  const all = { question, columns: [...columns, ...keys], where: undefined }
  if (reader === 'pyiceberg') return [all]
  const ids = columns.filter(({ name }) => name === 'id')
  const at: Column = { name: 'at', type: { kind: 'int' } }
  const [version] = Object.values(question.partitions).flat()
  return [
    all,
    ...(filter === undefined ? [] : [{ question, columns: ids, where: filter }]),
    ...(bounded && version
      ? [{ question, columns: [at, ...ids], where: undefined, conditions: conditionsAt(bounded, version) }]
      : []),
  ]
}

const ask = (reader: Reader, selects: readonly Select[]): Promise<readonly Found[]> =>
  reader === 'trino' ? byTrino(selects) : byPython(reader, selects)

const byTrino = (selects: readonly Select[]): Promise<readonly Found[]> =>
  pMap(
    selects,
    async ({ question: { table }, columns, where = 'true', conditions }) => {
      const texts = columns.map(column => textIn('trino', column)).join(', ')
      const from = `${stack.trino.icebergCatalog}.${table}`
      const rows = trinoRows(
        conditions
          ? unionOf(from, conditions)
          : `select ${texts} from ${from} where ${where.replace('[first]', '[1]')}`,
      )
      return rows.then(
        found => ({ rows: found.map(row => rowOf(columns, row)) }),
        error => ({ error: inWords(error) }),
      )
    },
    { concurrency: 4 },
  )

/** Each is a scan of its own: only so is it pushed down. */
const unionOf = (from: string, conditions: readonly Condition[]): string =>
  conditions.map(({ sql }, at) => `select ${at} as "at", id from ${from} where ${sql}`).join(' union all ')

const rowOf = (columns: readonly Column[], values: readonly (string | null)[]): Row =>
  Object.fromEntries(columns.map(({ name, type }, at) => [name, seen(values[at] ?? null, type)]))

const SCRIPT = fileURLToPath(new URL('../../support/iceberg_select.py', import.meta.url))

async function byPython(
  reader: 'spark' | 'duckdb' | 'pyiceberg',
  selects: readonly Select[],
): Promise<readonly Found[]> {
  const env = {
    ...process.env,
    ...{
      TZ: 'UTC',
      JAVA_HOME: hadoopJdk(),
      HADOOP_USER_NAME: 'hive',
      SPARK_ICEBERG_JAR: stack.iceberg.sparkJar,
    },
    ...{ HDFS_URI: stack.hdfs.uri, WEBHDFS_URL: stack.hdfs.webhdfs, ICEBERG_REST_URL: stack.iceberg.rest },
  }
  const interpreter = reader === 'spark' ? stack.python : stack.iceberg.python
  const python = spawn(interpreter, ['-B', SCRIPT, reader], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const asked = selects.map(({ question: { table: name, metadata }, columns, where, conditions }) => ({
    ...{ name, metadata, columns: columns.map(column => column.name) },
    conditions: conditions?.map(({ sql }) => sql) ?? null,
    where: where?.replace('[first]', reader === 'spark' ? '[0]' : '[1]') ?? null,
  }))
  python.stdin.end(JSON.stringify(asked))
  const [output, errors] = await Promise.all([text(python.stdout), text(python.stderr)])
  const lines = output.split('\n').filter(line => line.startsWith('{'))
  if (lines.length !== selects.length) throw new Error(`${reader} failed: ${errors.slice(-2000)}`)
  return lines.map((line, at): Found => {
    const found = JSON.parse(line) as { rows?: readonly Row[]; error?: string }
    if (found.rows === undefined) return { error: shortly(found.error ?? '') }
    const columns = (selects[at] as Select).columns
    return {
      rows: found.rows.map(row =>
        rowOf(
          columns,
          columns.map(({ name }) => row[name] ?? null),
        ),
      ),
    }
  })
}

/** The part of an error that is the same in each run. */
const shortly = (error: string): string =>
  (error.split('\n')[0] ?? '').replace(/hdfs:\S+/g, 'FILE').slice(0, 160)

function faultsOf(
  { layout, partitions, columns, keys }: Question,
  found: Found,
): Partial<Record<Part, string>> {
  const asked = PLACES.filter(place => partitions[place] !== undefined)
  if ('error' in found) return Object.fromEntries(asked.map(place => [PARTS[place], found.error]))
  const left = new Set(found.rows)
  const faults = asked.flatMap(place => {
    const own = LAYOUTS[layout].keys[place] as Readonly<Record<string, string | null>>
    const wanted = keys.map(({ name }) => [name, own[name] ?? null] as const)
    const rows = found.rows.filter(row => wanted.every(([name, value]) => row[name] === value))
    for (const row of rows) left.delete(row)
    const expected = (partitions[place] ?? []).flatMap(version => rowsOf(version, columns))
    const got = rows.map(row => Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null])))
    const wrong = fault(expected, got)
    return wrong === undefined ? [] : [[PARTS[place], wrong] as const]
  })
  const elsewhere = [...left].length
  return {
    ...Object.fromEntries(faults),
    ...(elsewhere > 0 ? { mixed: `${elsewhere} rows under other keys` } : {}),
  }
}

const PARTS: Readonly<Record<Place, Part>> = { '01': 'old', '02': 'new', '03': 'mixed' }

/** The first condition that is answered wrongly. */
function conditionFault(
  { partitions }: Question,
  conditions: readonly Condition[],
  found: Found,
): Partial<Record<Part, string>> {
  if ('error' in found) return { filter: found.error }
  const expected = idsAt(conditions, Object.values(partitions).flat())
  const wrong = conditions.flatMap(({ sql }, at) => {
    const ids = found.rows.flatMap(row => (row.at === String(at) ? [row.id ?? ''] : [])).sort()
    return ids.join() === expected[at] ? [] : [`${sql}: ids ${ids.join() || 'none'}`]
  })
  return wrong.length === 0 ? {} : { filter: wrong.join('; ') }
}

function filterFault({ filter = '', partitions }: Question, found: Found): Partial<Record<Part, string>> {
  if ('error' in found) return { filter: found.error }
  const expected = Object.values(partitions)
    .flat()
    .flatMap(version => idsWhere(filter, version))
  const ids = found.rows.map(({ id }) => id ?? '')
  return ids.sort().join() === [...expected].sort().join()
    ? {}
    : { filter: `${ids.length} rows for ${expected.length}` }
}
