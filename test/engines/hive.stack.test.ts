import { openEngine } from '../../shared/engines/open.ts'
import { describeEngine } from '../conformance/engine.ts'
import { closedPort } from '../support/net.ts'
import { describeStack, stack } from '../support/stack.ts'
import { NO_LIMITS } from '../support/waiting.ts'

const { host, port, username: user, password } = stack.hiveserver2
const open = (more: object = {}) =>
  openEngine('hive', { kind: 'hive', host, port, user, password, ...NO_LIMITS, ...more })

describeStack(['hdfs', 'metastore', 'hiveserver2', 'python'], 'the hive engine on a real HiveServer2', () => {
  describeEngine('hive', async () => ({
    open,
    closed: async () => open({ host: '127.0.0.1', port: await closedPort() }),
    metastore: stack.metastore,
    version: /^\d+\.\d+\.\d+/,
    words: { codec: /z codec\.parquet/, encoding: /encoding\.parquet|BYTE_STREAM_SPLIT/ },
    losesByBloomFilter: false,
  }))
})
