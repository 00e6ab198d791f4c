/** The metastore's methods that goldsync calls; all but get_catalogs are in Hive 2.3, 3 and 4 with these ids (see structs.ts). */
import type { FieldTable, StructName } from './structs.ts'

export interface Method {
  readonly args: FieldTable
  /** The type of the answer; absent where there is none. */
  readonly returns?: string
  /** Exceptions: the first has field id 1, and so on. */
  readonly throws: readonly StructName[]
}

const TABLE = { dbname: [1, 'string'], tbl_name: [2, 'string'] } as const
const PARTITIONS_OF = { db_name: [1, 'string'], tbl_name: [2, 'string'] } as const

export const METHODS = {
  set_ugi: {
    args: { user_name: [1, 'string'], group_names: [2, 'list<string>'] },
    returns: 'list<string>',
    throws: ['MetaException'],
  },
  getVersion: { args: {}, returns: 'string', throws: [] },
  /** Hive 3 and later. */
  get_catalogs: { args: {}, returns: 'GetCatalogsResponse', throws: ['MetaException'] },
  create_database: {
    args: { database: [1, 'Database'] },
    throws: ['AlreadyExistsException', 'InvalidObjectException', 'MetaException'],
  },
  get_delegation_token: {
    args: { token_owner: [1, 'string'], renewer_kerberos_principal_name: [2, 'string'] },
    returns: 'string',
    throws: ['MetaException'],
  },
  get_database: {
    args: { name: [1, 'string'] },
    returns: 'Database',
    throws: ['NoSuchObjectException', 'MetaException'],
  },
  get_table_req: {
    args: { req: [1, 'GetTableRequest'] },
    returns: 'GetTableResult',
    throws: ['MetaException', 'NoSuchObjectException'],
  },
  get_databases: {
    args: { pattern: [1, 'string'] },
    returns: 'list<string>',
    throws: ['MetaException'],
  },
  get_tables: {
    args: { db_name: [1, 'string'], pattern: [2, 'string'] },
    returns: 'list<string>',
    throws: ['MetaException'],
  },
  get_table_objects_by_name_req: {
    args: { req: [1, 'GetTablesRequest'] },
    returns: 'GetTablesResult',
    throws: ['MetaException', 'InvalidOperationException', 'UnknownDBException'],
  },
  create_table_with_environment_context: {
    args: { tbl: [1, 'Table'], environment_context: [2, 'EnvironmentContext'] },
    throws: ['AlreadyExistsException', 'InvalidObjectException', 'MetaException', 'NoSuchObjectException'],
  },
  alter_table_with_environment_context: {
    args: { ...TABLE, new_tbl: [3, 'Table'], environment_context: [4, 'EnvironmentContext'] },
    throws: ['InvalidOperationException', 'MetaException'],
  },
  get_partition_names: {
    args: { ...PARTITIONS_OF, max_parts: [3, 'i16'] },
    returns: 'list<string>',
    throws: ['NoSuchObjectException', 'MetaException'],
  },
  get_partition_names_ps: {
    args: { ...PARTITIONS_OF, part_vals: [3, 'list<string>'], max_parts: [4, 'i16'] },
    returns: 'list<string>',
    throws: ['MetaException', 'NoSuchObjectException'],
  },
  get_partitions_by_names: {
    args: { ...PARTITIONS_OF, names: [3, 'list<string>'] },
    returns: 'list<Partition>',
    /** The last one by Hive 4 only. */
    throws: ['MetaException', 'NoSuchObjectException', 'InvalidObjectException'],
  },
  get_num_partitions_by_filter: {
    args: { ...PARTITIONS_OF, filter: [3, 'string'] },
    returns: 'i32',
    throws: ['MetaException', 'NoSuchObjectException'],
  },
  add_partitions_req: {
    args: { request: [1, 'AddPartitionsRequest'] },
    returns: 'AddPartitionsResult',
    throws: ['InvalidObjectException', 'AlreadyExistsException', 'MetaException'],
  },
  alter_partitions_with_environment_context: {
    args: {
      ...PARTITIONS_OF,
      new_parts: [3, 'list<Partition>'],
      environment_context: [4, 'EnvironmentContext'],
    },
    throws: ['InvalidOperationException', 'MetaException'],
  },
  delete_partition_column_statistics: {
    args: {
      ...PARTITIONS_OF,
      part_name: [3, 'string'],
      col_name: [4, 'string'],
      /** By Hive 4 only. */
      engine: [5, 'string'],
    },
    returns: 'bool',
    throws: ['NoSuchObjectException', 'MetaException', 'InvalidObjectException', 'InvalidInputException'],
  },
  drop_partitions_req: {
    args: { req: [1, 'DropPartitionsRequest'] },
    returns: 'DropPartitionsResult',
    throws: ['NoSuchObjectException', 'MetaException'],
  },
  lock: {
    args: { rqst: [1, 'LockRequest'] },
    returns: 'LockResponse',
    throws: ['NoSuchTxnException', 'TxnAbortedException'],
  },
  check_lock: {
    args: { rqst: [1, 'CheckLockRequest'] },
    returns: 'LockResponse',
    throws: ['NoSuchTxnException', 'TxnAbortedException', 'NoSuchLockException'],
  },
  heartbeat: {
    args: { ids: [1, 'HeartbeatRequest'] },
    throws: ['NoSuchLockException', 'NoSuchTxnException', 'TxnAbortedException'],
  },
  unlock: { args: { rqst: [1, 'UnlockRequest'] }, throws: ['NoSuchLockException', 'TxnOpenException'] },
  show_locks: { args: { rqst: [1, 'ShowLocksRequest'] }, returns: 'ShowLocksResponse', throws: [] },
} as const satisfies Readonly<Record<string, Method>>

export type MethodName = keyof typeof METHODS
