"""Hive metastores of other versions, each with a database of its own and a small Trino over it."""

ENTRIES = {
    # the stack's own: nothing is started but what the stack starts
    'metastore-4.0.1': dict(
        version='4.0.1', needs=['python', 'hdfs', 'metastore', 'trino'],
        suites=['test/catalogs/metastore.stack.test.ts'],
        env=lambda stack: {**stack.env_lines(), 'HMS3_URI': f'thrift://{stack.HOST}:1'}),
}
