"""What is hard for every server, on the stack's own: long, so not among its tests."""


def scenario(version, suite, *needs):
    return dict(version=version, needs=list(needs), suites=[f'test/matrix/scenarios/{suite}.scenario.ts'], env=lambda stack: stack.env_lines())


ENTRIES = {
    'many-files': scenario('Hive 4.0.1, DuckDB 1.5.6', 'many-files', 'metastore'),
    'dst-hours': scenario('HDFS 3.4.1, Hive 4.0.1, Trino 476', 'dst', 'hdfs', 'metastore', 'trino'),
}
