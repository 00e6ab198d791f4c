/** What the peers need: a table of the key=value folders, and their own commands. */
import { hdfs } from '../support/hdfs.ts'
import { hiveRows, trinoRows } from '../support/sql.ts'

const TYPES = ['BIGINT', 'STRING', 'DOUBLE', 'INT']
const COLUMNS = Array.from({ length: 20 }, (_, at) => `c${at} ${TYPES[at % TYPES.length]}`).join(', ')
const KEYS = ['year', 'month', 'day', 'hour'].map(key => `${key} STRING`).join(', ')

/** An empty database; an old one goes with its tables. */
export async function freshDatabase(database: string): Promise<void> {
  await dropDatabase(database)
  await hiveRows(`CREATE DATABASE ${database}`)
}

export const dropDatabase = (database: string) => hiveRows(`DROP DATABASE IF EXISTS ${database} CASCADE`)

/** @param root absolute path on HDFS, that of the topic's parent */
export const peerTable = (database: string, table: string, root: string, topic = 'orders') =>
  hiveRows(
    `CREATE EXTERNAL TABLE ${database}.${table} (${COLUMNS}) PARTITIONED BY (${KEYS}) STORED AS PARQUET LOCATION '${hdfs.location(root)}/${topic}'`,
  )

export const msck = (table: string) => hiveRows(`MSCK REPAIR TABLE ${table}`)

export const trinoSync = (database: string, table: string) =>
  trinoRows(`CALL hive.system.sync_partition_metadata('${database}', '${table}', 'ADD')`)
