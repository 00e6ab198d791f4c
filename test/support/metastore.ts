/** Calls to a metastore that goldsync itself never makes: what others do there, and cleaning up. */
import type { Duplex } from 'node:stream'
import { openConnection } from '../../shared/catalogs/hms/connection/connection.ts'
import { openSocket } from '../../shared/catalogs/hms/connection/socket.ts'
import type { FieldTable } from '../../shared/catalogs/hms/protocol/structs.ts'
import { type FieldIndex, indexOf, WIRE, type WireType } from '../../shared/catalogs/hms/protocol/types.ts'
import {
  openSink,
  writeI32,
  writeString,
  writeStruct,
  written,
} from '../../shared/catalogs/hms/protocol/writer.ts'
import type { TableName } from '../../shared/schema/table.ts'

interface Address {
  readonly host: string
  readonly port: number
  /** Connects where the server asks who we are. */
  readonly open?: () => Promise<Duplex>
}

const DROP_DATABASE = indexOf({ name: [1, 'string'], deleteData: [2, 'bool'], cascade: [3, 'bool'] })

/** Drops the databases with their tables; the tables' files stay. Nothing happens where there is none. */
export const dropDatabases = (address: Address, ...names: readonly string[]): Promise<void> =>
  exchange(
    address,
    'drop_database',
    DROP_DATABASE,
    names.map(name => ({ name, deleteData: false, cascade: true })),
  )

/** A struct's fields, some of which are structs, or lists of them, that only tests send. */
function structOf(fields: FieldTable, structs: Readonly<Record<string, FieldIndex>> = {}): FieldIndex {
  const typeOf = (type: string): WireType => {
    const element = /^list<(.+)>$/.exec(type)?.[1]
    if (element) return { kind: 'list', wire: WIRE.list, element: typeOf(element) }
    const known = structs[type]
    return known ? { kind: 'struct', wire: WIRE.struct, fields: () => known } : parsed(type)
  }
  const all = Object.entries(fields).map(([name, [id, type]]) => ({ id, name, type: typeOf(type) }))
  return { all, byId: new Map(all.map(field => [field.id, field])) }
}

const parsed = (type: string): WireType => indexOf({ one: [1, type] }).all[0]!.type

const LONG = structOf({
  lowValue: [1, 'i64'],
  highValue: [2, 'i64'],
  numNulls: [3, 'i64'],
  numDVs: [4, 'i64'],
})
const DATA = structOf({ longStats: [2, 'Long'] }, { Long: LONG })
const COLUMN = structOf(
  { colName: [1, 'string'], colType: [2, 'string'], statsData: [3, 'Data'] },
  { Data: DATA },
)
const ABOUT = structOf({
  isTblLevel: [1, 'bool'],
  dbName: [2, 'string'],
  tableName: [3, 'string'],
  partName: [4, 'string'],
  lastAnalyzed: [5, 'i64'],
})
const PARTITION = structOf(
  { statsDesc: [1, 'About'], statsObj: [2, 'list<Column>'], engine: [4, 'string'] },
  { About: ABOUT, Column: COLUMN },
)
const REQUEST = structOf(
  { colStats: [1, 'list<Partition>'], needMerge: [2, 'bool'], engine: [5, 'string'] },
  { Partition: PARTITION },
)
const SET_STATISTICS = structOf({ request: [1, 'Request'] }, { Request: REQUEST })

/**
 * Sets statistics of bigint columns of a partition, as ANALYZE does, and as earlier builds of goldsync did.
 * @param partition its name: `key=a`
 */
export function setStatistics(
  address: Address,
  { database, name }: TableName,
  partition: string,
  columns: readonly string[],
): Promise<void> {
  const statsDesc = {
    isTblLevel: false,
    dbName: database,
    tableName: name,
    partName: partition,
    lastAnalyzed: 1,
  }
  const longStats = { lowValue: 7, highValue: 7, numNulls: 0, numDVs: 1 }
  const statsObj = columns.map(colName => ({ colName, colType: 'bigint', statsData: { longStats } }))
  const request = { colStats: [{ statsDesc, statsObj, engine: 'hive' }], needMerge: false, engine: 'hive' }
  return exchange(address, 'set_aggr_stats_for', SET_STATISTICS, [{ request }])
}

/** One call after another. */
async function exchange(
  address: Address,
  method: string,
  fields: FieldIndex,
  calls: readonly object[],
): Promise<void> {
  const connection = openConnection(
    await (address.open?.() ?? openSocket(address, undefined, 5000)),
    'the metastore of the test',
  )
  for (const call of calls) {
    const sink = openSink()
    writeI32(sink, 0x8001_0001)
    writeString(sink, method)
    writeI32(sink, 1)
    writeStruct(sink, fields, { ...call })
    await connection.exchange(written(sink), { method, timeout: 240_000, signal: undefined })
  }
  connection.close()
}
