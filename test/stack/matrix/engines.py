"""Newer engines and other versions of DuckDB."""


def duckdb(version, limits=''):
    """@param limits: what it cannot do, as test/support/limits.ts names it"""
    name = f'duckdb-{version}'
    package = f'duckdb=={version}'
    return name, dict(
        version=version, suites=['test/matrix/scenarios/duckdb-files.scenario.ts'], up=lambda stack: stack.venv(package, name=f'venv-{name}'),
        env=lambda stack: {**stack.env_lines(), 'DUCKDB_PYTHON': f'{stack.HOME}/venv-{name}/bin/python', 'SERVER_LIMITS': limits})


def trino_next(stack):
    """The stack's newer Trino in the place of the other one."""
    return {**stack.env_lines(), 'TRINO_URL': f'http://{stack.HOST}:{stack.P["trino_next"]}'}


ENTRIES = dict([
    ('trino-483', dict(
        version='483', needs=['python', 'hdfs', 'metastore', 'metastore3', 'trino', 'trino_next'], env=trino_next,
        suites=['test/e2e/types.stack.test.ts', 'test/e2e/types-trino-next.stack.test.ts', 'test/e2e/statistics.test.ts'])),
    ('spark-4.0.0', dict(
        version='4.0.0', needs=['python', 'writers', 'hdfs', 'metastore', 'trino'], env=lambda stack: stack.env_lines(),
        suites=['test/e2e/types-spark.stack.test.ts'])),
    duckdb('1.3.2'), duckdb('1.4.5'), duckdb('1.5.6'), duckdb('2.0.1', 'newer-files'),
])
