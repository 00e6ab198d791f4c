/**
 * The Thrift structs of the Hive metastore that goldsync speaks: field ids and types, as Hive 3.1.3 and 4.0.1 have them
 * (checked against their release jars by test/catalogs/metastore-fields.stack.test.ts). Only fields that are read or
 * written here are listed; all others are kept as they came and written back.
 */

/** Field name → id, type. Types are written as in an IDL; enums are `i32`. */
export type FieldTable = Readonly<Record<string, readonly [id: number, type: string]>>

export const STRUCTS = {
  FieldSchema: { name: [1, 'string'], type: [2, 'string'], comment: [3, 'string'] },
  SerDeInfo: { name: [1, 'string'], serializationLib: [2, 'string'], parameters: [3, 'map<string,string>'] },
  StorageDescriptor: {
    cols: [1, 'list<FieldSchema>'],
    location: [2, 'string'],
    inputFormat: [3, 'string'],
    outputFormat: [4, 'string'],
    compressed: [5, 'bool'],
    numBuckets: [6, 'i32'],
    serdeInfo: [7, 'SerDeInfo'],
    bucketCols: [8, 'list<string>'],
    parameters: [10, 'map<string,string>'],
    storedAsSubDirectories: [12, 'bool'],
  },
  Table: {
    tableName: [1, 'string'],
    dbName: [2, 'string'],
    owner: [3, 'string'],
    sd: [7, 'StorageDescriptor'],
    partitionKeys: [8, 'list<FieldSchema>'],
    parameters: [9, 'map<string,string>'],
    tableType: [12, 'string'],
    catName: [17, 'string'],
  },
  Partition: {
    values: [1, 'list<string>'],
    dbName: [2, 'string'],
    tableName: [3, 'string'],
    sd: [6, 'StorageDescriptor'],
    parameters: [7, 'map<string,string>'],
    catName: [9, 'string'],
  },
  Database: { name: [1, 'string'], parameters: [4, 'map<string,string>'], catalogName: [8, 'string'] },
  GetCatalogsResponse: { names: [1, 'list<string>'] },
  EnvironmentContext: { properties: [1, 'map<string,string>'] },
  ClientCapabilities: { values: [1, 'list<i32>'] },
  GetTableRequest: {
    dbName: [1, 'string'],
    tblName: [2, 'string'],
    capabilities: [3, 'ClientCapabilities'],
    catName: [4, 'string'],
  },
  GetTableResult: { table: [1, 'Table'] },
  GetTablesRequest: {
    dbName: [1, 'string'],
    tblNames: [2, 'list<string>'],
    capabilities: [3, 'ClientCapabilities'],
    catName: [4, 'string'],
  },
  GetTablesResult: { tables: [1, 'list<Table>'] },
  AddPartitionsRequest: {
    dbName: [1, 'string'],
    tblName: [2, 'string'],
    parts: [3, 'list<Partition>'],
    ifNotExists: [4, 'bool'],
    needResult: [5, 'bool'],
    catName: [6, 'string'],
  },
  AddPartitionsResult: { partitions: [1, 'list<Partition>'] },
  RequestPartsSpec: { names: [1, 'list<string>'] },
  DropPartitionsRequest: {
    dbName: [1, 'string'],
    tblName: [2, 'string'],
    parts: [3, 'RequestPartsSpec'],
    deleteData: [4, 'bool'],
    ifExists: [5, 'bool'],
    needResult: [8, 'bool'],
    catName: [9, 'string'],
  },
  DropPartitionsResult: { partitions: [1, 'list<Partition>'] },
  LockComponent: { type: [1, 'i32'], level: [2, 'i32'], dbname: [3, 'string'], tablename: [4, 'string'] },
  LockRequest: {
    component: [1, 'list<LockComponent>'],
    user: [3, 'string'],
    hostname: [4, 'string'],
    agentInfo: [5, 'string'],
  },
  LockResponse: { lockid: [1, 'i64'], state: [2, 'i32'] },
  CheckLockRequest: { lockid: [1, 'i64'] },
  UnlockRequest: { lockid: [1, 'i64'] },
  HeartbeatRequest: { lockid: [1, 'i64'] },
  ShowLocksRequest: { dbname: [1, 'string'], tablename: [2, 'string'] },
  ShowLocksResponse: { locks: [1, 'list<ShowLocksResponseElement>'] },
  ShowLocksResponseElement: {
    lockid: [1, 'i64'],
    dbname: [2, 'string'],
    tablename: [3, 'string'],
    lastheartbeat: [8, 'i64'],
    agentInfo: [13, 'string'],
  },
  MetaException: { message: [1, 'string'] },
  NoSuchObjectException: { message: [1, 'string'] },
  AlreadyExistsException: { message: [1, 'string'] },
  InvalidObjectException: { message: [1, 'string'] },
  InvalidOperationException: { message: [1, 'string'] },
  UnknownDBException: { message: [1, 'string'] },
  InvalidInputException: { message: [1, 'string'] },
  NoSuchTxnException: { message: [1, 'string'] },
  TxnAbortedException: { message: [1, 'string'] },
  TxnOpenException: { message: [1, 'string'] },
  NoSuchLockException: { message: [1, 'string'] },
} as const satisfies Readonly<Record<string, FieldTable>>

export type StructName = keyof typeof STRUCTS
