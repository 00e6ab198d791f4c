/** Calls to a metastore that goldsync itself never makes: tests clean up after themselves. */
import { openConnection } from '../../shared/catalogs/metastore/connection/connection.ts'
import { openSocket } from '../../shared/catalogs/metastore/connection/socket.ts'
import { indexOf } from '../../shared/catalogs/metastore/protocol/types.ts'
import {
  openSink,
  writeI32,
  writeString,
  writeStruct,
  written,
} from '../../shared/catalogs/metastore/protocol/writer.ts'

const DROP_DATABASE = indexOf({ name: [1, 'string'], deleteData: [2, 'bool'], cascade: [3, 'bool'] })

/** Drops the databases with their tables; the tables' files stay. Nothing happens where there is none. */
export async function dropDatabases(
  address: { readonly host: string; readonly port: number },
  ...names: readonly string[]
): Promise<void> {
  const connection = openConnection(await openSocket(address, undefined, 5000), 'the metastore of the test')
  for (const name of names) {
    const sink = openSink()
    writeI32(sink, 0x8001_0001)
    writeString(sink, 'drop_database')
    writeI32(sink, 1)
    writeStruct(sink, DROP_DATABASE, { name, deleteData: false, cascade: true })
    await connection.exchange(written(sink), {
      method: 'drop_database',
      timeout: 240_000,
      signal: undefined,
    })
  }
  connection.close()
}
