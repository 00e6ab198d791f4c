import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { secure, secureAddresses } from '../support/secure-stack.ts'
import { stack } from '../support/stack.ts'

const { status, stdout } = spawnSync('python3', ['test/stack/stack', 'env'], { encoding: 'utf8' })

describe.skipIf(status !== 0)('test/support/stack.ts (needs python3)', () => {
  const printed = Object.fromEntries(stdout.split('\n').map(line => line.split(/=(.*)/)))

  test('looks for each server where `npm run stack -- env` says it is', () => {
    const expected = {
      HDFS_URI: stack.hdfs.uri,
      WEBHDFS_URL: stack.hdfs.webhdfs,
      HMS_URI: `thrift://${stack.metastore.host}:${stack.metastore.port}`,
      HMS3_URI: `thrift://${stack.metastore3.host}:${stack.metastore3.port}`,
      HS2_HOST: stack.hiveserver2.host,
      HS2_PORT: String(stack.hiveserver2.port),
      HS2_AUTH: stack.hiveserver2.auth,
      TRINO_URL: stack.trino.url,
      TRINO_CATALOG: stack.trino.catalog,
      TRINO_CACHED_CATALOG: stack.trino.cachedCatalog,
      TRINO_HIVE3_CATALOG: stack.trino.hive3Catalog,
      PRESTO_URL: stack.presto.url,
      GLUE_ENDPOINT: stack.glue.endpoint,
      STACK_PYTHON: stack.python,
      AIRFLOW_URL: stack.airflow.url,
      AIRFLOW_USER: stack.airflow.user,
      AIRFLOW_PASSWORD: stack.airflow.password,
      AIRFLOW_BIN: stack.airflow.bin,
      DAGSTER_URL: stack.dagster.url,
      SECURE_REALM: secure.realm,
      SECURE_HOST: secure.host,
      SECURE_KRB5_CONFIG: secure.krb5Config,
      SECURE_KDC_PORT: String(secureAddresses['secure:kdc'].port),
      SECURE_PRINCIPAL: secure.principal,
      SECURE_KEYTAB: secure.keytab('goldsync'),
      SECURE_HDFS_URI: secure.hdfs.uri,
      SECURE_WEBHDFS_URL: secure.hdfs.webhdfs,
      ...Object.fromEntries(
        Object.entries(secureAddresses)
          .filter(([component]) => component.startsWith('secure:metastore'))
          .map(([component, { host, port }]) => [
            `${component.toUpperCase().replaceAll(/[:-]/g, '_')}_URI`,
            `thrift://${host}:${port}`,
          ]),
      ),
      SECURE_METASTORE_PASSWORD: secure.metastorePassword,
      SECURE_JWT_KEY: secure.jwtKey,
      SECURE_CA: secure.ca,
      SECURE_OTHER_CA: secure.otherCa,
      SECURE_CLIENT_CERT: secure.clientCert,
      SECURE_CLIENT_KEY: secure.clientKey,
    }
    expect(printed).toMatchObject(expected)
    // Derby, where PostgreSQL is missing, has no address.
    expect([stack.postgres.metastore, undefined]).toContain(printed.METASTORE_DB_URL)
  })
})
