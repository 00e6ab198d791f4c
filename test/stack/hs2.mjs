/**
 * SQL through HiveServer2, one session: `node test/stack/hs2.mjs 'SHOW DATABASES' 'SHOW TABLES'`.
 * Prints one JSON line for each statement, {sql, ms, rows} or {sql, ms, error}; exit status 1 if one failed.
 */
import hive from 'hive-driver'

const { TCLIService, TCLIService_types: types } = hive.thrift
const { HS2_HOST = '127.0.0.1', HS2_PORT = '18100', HS2_AUTH, HS2_USER = 'hive' } = process.env

const client = new hive.HiveClient(TCLIService, types)
client.on('error', error => console.error('connection:', error.message))
const auth =
  HS2_AUTH === 'NOSASL'
    ? new hive.auth.NoSaslAuthentication()
    : new hive.auth.PlainTcpAuthentication({ username: HS2_USER, password: 'any' })
await client.connect({ host: HS2_HOST, port: Number(HS2_PORT) }, new hive.connections.TcpConnection(), auth)
const session = await client.openSession({
  client_protocol: types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10,
})
for (const sql of process.argv.slice(2)) {
  const begun = Date.now()
  const outcome = await run(sql)
  console.log(JSON.stringify({ sql, ms: Date.now() - begun, ...outcome }))
}
await session.close()
client.close()

async function run(sql) {
  const utils = new hive.HiveUtils(types)
  try {
    const operation = await session.executeStatement(sql, { runAsync: true })
    await utils.waitUntilReady(operation, false, () => {})
    await utils.fetchAll(operation)
    const rows = utils.getResult(operation).getValue()
    await operation.close()
    return { rows }
  } catch (error) {
    process.exitCode = 1
    return { error: error.response?.errorMessage || error.message }
  }
}
