/**
 * A Glue Data Catalog by its JSON protocol, for what moto lacks or is lax about: limits of batches, VersionId, segments,
 * pages, and the failures that a test asks for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { PartitionInput, StorageDescriptor, TableInput } from '@aws-sdk/client-glue'
import type { Input, Operation } from '../../shared/catalogs/glue/operations.ts'

/** What happens instead of an answer. `cut`: the work is done, but the connection ends before the answer. */
export type Trouble =
  | { readonly kind: 'fault'; readonly name: string; readonly status?: number; readonly message?: string }
  | { readonly kind: 'page'; readonly status: number; readonly body: string }
  | { readonly kind: 'hang' | 'cut' }

export interface FakeRequest<O extends Operation = Operation> {
  readonly operation: O
  readonly input: Input<O>
}

export interface Troubles {
  readonly request?: (request: FakeRequest) => Trouble | undefined
  /** The error code of one item of a batch. */
  readonly item?: (operation: Operation, values: readonly string[]) => string | undefined
  /** How many keys one BatchGetPartition answers for; the others come back unprocessed. */
  readonly processed?: () => number
}

export interface FakeGlue {
  readonly endpoint: string
  readonly requests: readonly FakeRequest[]
  count(operation: Operation): number
  /** From now on. */
  cause(troubles: Troubles): void
  /** Stores a table as somebody else would. */
  put(database: string, table: TableInput, partitions?: readonly PartitionInput[]): void
  table(database: string, name: string): TableInput | undefined
  partition(database: string, name: string, values: readonly string[]): PartitionInput | undefined
  /** Stores a partition of a table as somebody else would. */
  putPartition(database: string, name: string, partition: PartitionInput): void
  /** Sets statistics of columns of a partition, as others do. */
  describe(database: string, name: string, values: readonly string[], columns: readonly string[]): void
  /** The columns that have some, by name. */
  described(database: string, name: string, values: readonly string[]): readonly string[]
  close(): Promise<void>
}

interface Stored {
  version: number
  table: TableInput
  readonly partitions: Map<string, PartitionInput>
  /** Columns of partitions that have some. */
  readonly statistics: Map<string, Set<string>>
}

/** Tables by the names of their databases and their own. */
type State = Map<string, Map<string, Stored>>

interface Context {
  readonly state: State
  readonly troubles: Troubles
}

class Fault extends Error {
  readonly status: number
  constructor(name: string, message: string, status = 400) {
    super(message)
    this.name = name
    this.status = status
  }
}

const newTable = (table: TableInput): Stored => ({
  version: 0,
  table,
  partitions: new Map(),
  statistics: new Map(),
})

const keyOf = (values: readonly string[] = []) => values.join('\0')

/** Starts it on a free port of 127.0.0.1. */
export async function fakeGlue(): Promise<FakeGlue> {
  const state: State = new Map()
  const requests: FakeRequest[] = []
  let troubles: Troubles = {}

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const operation = String(incoming.headers['x-amz-target']).replace('AWSGlue.', '') as Operation
    const request = { operation, input: JSON.parse(await text(incoming)) }
    requests.push(request)
    answer(response, request, { state, troubles })
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 0
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const stored = (database: string, name: string) => state.get(database)?.get(name)
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: operation => requests.filter(request => request.operation === operation).length,
    cause: next => {
      troubles = next
    },
    put(database, table, partitions = []) {
      const known = new Map(partitions.map(partition => [keyOf(partition.Values), partition]))
      const tables = state.get(database) ?? new Map()
      state.set(database, tables.set(table.Name, { ...newTable(table), partitions: known }))
    },
    table: (database, name) => stored(database, name)?.table,
    partition: (database, name, values) => stored(database, name)?.partitions.get(keyOf(values)),
    putPartition: (database, name, partition) => {
      stored(database, name)?.partitions.set(keyOf(partition.Values), partition)
    },
    describe: (database, name, values, columns) => {
      const statistics = stored(database, name)?.statistics
      statistics?.set(keyOf(values), new Set([...(statistics.get(keyOf(values)) ?? []), ...columns]))
    },
    described: (database, name, values) =>
      [...(stored(database, name)?.statistics.get(keyOf(values)) ?? [])].sort(),
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, request: FakeRequest, context: Context): void {
  const trouble = context.troubles.request?.(request)
  if (trouble?.kind === 'hang') return
  if (trouble?.kind === 'page') {
    response.writeHead(trouble.status, { 'content-type': 'text/html' }).end(trouble.body)
    return
  }
  try {
    if (trouble?.kind === 'fault')
      throw new Fault(trouble.name, trouble.message ?? 'as the test wants', trouble.status)
    const output = work(request, context)
    if (trouble?.kind === 'cut') response.destroy()
    else reply(response, 200, output)
  } catch (error) {
    const { name, message, status } = error as Fault
    reply(response, status ?? 500, { __type: name, Message: message })
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
}

function work<O extends Operation>({ operation, input }: FakeRequest<O>, context: Context): object {
  const operate: Operate<O> | undefined = OPERATIONS[operation]
  if (!operate) throw new Fault('UnknownOperationException', operation)
  return operate(input, context)
}

type Operate<O extends Operation> = (input: Input<O>, context: Context) => object

const missing = (what: string) => new Fault('EntityNotFoundException', `${what} not found.`)

function tablesIn({ state }: Context, database = ''): Map<string, Stored> {
  const tables = state.get(database)
  if (tables) return tables
  throw missing(`Database ${database}`)
}

function tableIn(context: Context, database: string | undefined, name = ''): Stored {
  const stored = tablesIn(context, database).get(name)
  if (stored) return stored
  throw missing(`Table ${name}`)
}

function atMost(most: number, items: readonly unknown[]): void {
  if (items.length > most)
    throw new Fault('ValidationException', `Member must have length less than or equal to ${most}`)
}

// What Glue tells, and takes from nobody.
const READ_ONLY = [
  'DatabaseName',
  'TableName',
  'CatalogId',
  'VersionId',
  'CreateTime',
  'CreationTime',
  'CreatedBy',
]

function refuseReadOnly(input: object): void {
  const found = READ_ONLY.find(member => member in input)
  if (found) throw new Fault('InvalidInputException', `Unknown parameter in input: ${found}`)
}

/** Works on each item, and gathers the errors of those that fail. */
function each<T>(
  operation: Operation,
  items: readonly T[],
  valuesOf: (item: T) => readonly string[] | undefined,
  { troubles }: Context,
  make: (item: T, key: string) => string | undefined,
) {
  return items.flatMap(item => {
    const values = valuesOf(item) ?? []
    const ErrorCode = troubles.item?.(operation, values) ?? make(item, keyOf(values))
    return ErrorCode ? [{ values, ErrorDetail: { ErrorCode, ErrorMessage: 'as the fake says' } }] : []
  })
}

const errorsOf = (failures: ReturnType<typeof each>) => ({
  Errors: failures.map(({ values, ErrorDetail }) => ({ PartitionValues: values, ErrorDetail })),
})

const OPERATIONS: { readonly [O in Operation]: Operate<O> } = {
  GetDatabase({ Name }, context) {
    tablesIn(context, Name)
    return { Database: { Name } }
  },

  DeleteTable({ DatabaseName, Name = '' }, context) {
    tableIn(context, DatabaseName, Name)
    tablesIn(context, DatabaseName).delete(Name)
    return {}
  },

  CreateDatabase({ DatabaseInput }, { state }) {
    const name = DatabaseInput?.Name ?? ''
    if (state.has(name)) throw new Fault('AlreadyExistsException', 'Database already exists.')
    state.set(name, new Map())
    return {}
  },

  CreateTable({ DatabaseName, TableInput }, context) {
    const tables = tablesIn(context, DatabaseName)
    const table = TableInput as TableInput
    refuseReadOnly(table)
    if (tables.has(table.Name ?? '')) throw new Fault('AlreadyExistsException', 'Table already exists.')
    tables.set(table.Name ?? '', newTable(table))
    return {}
  },

  GetTable({ DatabaseName, Name }, context) {
    const { table, version } = tableIn(context, DatabaseName, Name)
    const own = { DatabaseName, CatalogId: '123456789012', CreatedBy: 'arn:aws:iam::1:role/x' }
    return { Table: { ...table, ...own, VersionId: String(version), CreateTime: 1_574_000_000 } }
  },

  GetTables({ DatabaseName }, context) {
    return { TableList: [...tablesIn(context, DatabaseName).values()].map(({ table }) => table) }
  },

  UpdateTable({ DatabaseName, TableInput, VersionId, SkipArchive }, context) {
    const table = TableInput as TableInput
    const stored = tableIn(context, DatabaseName, table.Name)
    refuseReadOnly(table)
    if (!SkipArchive) throw new Fault('ResourceNumberLimitExceededException', 'Too many versions.')
    if (VersionId !== undefined && VersionId !== String(stored.version))
      throw new Fault(
        'ConcurrentModificationException',
        'Update table failed due to concurrent modifications.',
      )
    stored.table = table
    stored.version += 1
    return {}
  },

  GetPartitions(input, context) {
    const stored = tableIn(context, input.DatabaseName, input.TableName)
    const { SegmentNumber = 0, TotalSegments = 1 } = input.Segment ?? {}
    const all = [...stored.partitions.values()].filter((_, at) => at % TotalSegments === SegmentNumber)
    const from = Number(input.NextToken ?? 0)
    const to = from + Math.min(input.MaxResults ?? 1000, 1000)
    const page = all.slice(from, to).map(told)
    return {
      Partitions: input.ExcludeColumnSchema ? page.map(withoutColumns) : page,
      ...(to < all.length ? { NextToken: String(to) } : {}),
    }
  },

  BatchGetPartition({ DatabaseName, TableName, PartitionsToGet = [] }, context) {
    atMost(1000, PartitionsToGet)
    const { partitions } = tableIn(context, DatabaseName, TableName)
    const now = context.troubles.processed?.() ?? PartitionsToGet.length
    return {
      Partitions: PartitionsToGet.slice(0, now).flatMap(({ Values }) => {
        const partition = partitions.get(keyOf(Values))
        return partition ? [told(partition)] : []
      }),
      UnprocessedKeys: PartitionsToGet.slice(now),
    }
  },

  BatchCreatePartition({ DatabaseName, TableName, PartitionInputList = [] }, context) {
    atMost(100, PartitionInputList)
    const { partitions } = tableIn(context, DatabaseName, TableName)
    const add = (input: PartitionInput, key: string) => {
      if (partitions.has(key)) return 'AlreadyExistsException'
      partitions.set(key, input)
      return undefined
    }
    return errorsOf(each('BatchCreatePartition', PartitionInputList, ({ Values }) => Values, context, add))
  },

  BatchUpdatePartition({ DatabaseName, TableName, Entries = [] }, context) {
    atMost(100, Entries)
    const { partitions } = tableIn(context, DatabaseName, TableName)
    const update = ({ PartitionInput }: (typeof Entries)[number], key: string) => {
      if (!partitions.has(key)) return 'EntityNotFoundException'
      refuseReadOnly(PartitionInput ?? {})
      partitions.set(key, PartitionInput ?? {})
      return undefined
    }
    const values = ({ PartitionValueList }: (typeof Entries)[number]) => PartitionValueList
    const failures = each('BatchUpdatePartition', Entries, values, context, update)
    return {
      Errors: failures.map(({ values, ErrorDetail }) => ({ PartitionValueList: values, ErrorDetail })),
    }
  },

  BatchDeletePartition({ DatabaseName, TableName, PartitionsToDelete = [] }, context) {
    atMost(25, PartitionsToDelete)
    const { partitions, statistics } = tableIn(context, DatabaseName, TableName)
    const remove = (_: object, key: string) => {
      statistics.delete(key)
      return partitions.delete(key) ? undefined : 'EntityNotFoundException'
    }
    return errorsOf(each('BatchDeletePartition', PartitionsToDelete, ({ Values }) => Values, context, remove))
  },

  DeleteColumnStatisticsForPartition(input, context) {
    const { DatabaseName, TableName, PartitionValues = [], ColumnName = '' } = input
    const known = tableIn(context, DatabaseName, TableName).statistics.get(keyOf(PartitionValues))
    if (!known?.delete(ColumnName)) throw missing('Column statistics')
    return {}
  },
}

const told = (partition: PartitionInput) => ({
  ...partition,
  DatabaseName: 'golden',
  TableName: 'told',
  CatalogId: '123456789012',
  CreationTime: 1_574_000_000,
})

const withoutColumns = ({ StorageDescriptor, ...partition }: ReturnType<typeof told>) => {
  const { Columns: _, ...descriptor } = (StorageDescriptor ?? {}) as StorageDescriptor
  return { ...partition, StorageDescriptor: descriptor }
}
