/** Whose port a number usually is: a hint where a server does not speak as it should. */

const USUAL: Readonly<Record<number, string>> = {
  2181: "ZooKeeper's",
  3306: "MySQL's",
  5432: "PostgreSQL's",
  8020: "the NameNode's for RPC",
  8088: "YARN's",
  9000: "the NameNode's for RPC (or MinIO's)",
  9083: "the Hive metastore's",
  9092: "Kafka's",
  9820: "the NameNode's for RPC",
  9864: "a DataNode's",
  9865: "a DataNode's",
  9866: "a DataNode's for data",
  9867: "a DataNode's for RPC",
  9868: "the secondary NameNode's",
  9870: "the NameNode's for HTTP",
  9871: "the NameNode's for HTTPS",
  10000: "HiveServer2's",
  10001: "HiveServer2's for HTTP",
  10002: "HiveServer2's for its web pages",
  50010: "a DataNode's for data (Hadoop 2)",
  50070: "the NameNode's for HTTP (Hadoop 2)",
  50075: "a DataNode's (Hadoop 2)",
}

/** `port 10000 is usually HiveServer2's`; undefined of others. @param server `host:port`, or an origin */
function usualPort(server: string): string | undefined {
  const [port] = /\d+$/.exec(server) ?? []
  const owner = port === undefined ? undefined : USUAL[Number(port)]
  return owner && `port ${port} is usually ${owner}`
}

/** A hint with what is known of the port in it. @param server `host:port`, or an origin @param own what the port is of, where it is the right one */
export function withPort(hint: string, server: string, own: readonly number[]): string {
  const usual = own.some(port => server.endsWith(`:${port}`)) ? undefined : usualPort(server)
  return usual === undefined ? hint : `${hint}; ${usual}`
}
