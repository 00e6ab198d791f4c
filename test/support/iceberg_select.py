"""Rows of Iceberg tables by a reader that nobody here wrote: iceberg_select.py READER < SELECTS

SELECTS is a JSON list of {"name": "database.table", "metadata": location, "columns": [name], "where": condition or null, "conditions": null, or
a list: for each row by which one holds, its place "at" and the "id"}; READER is spark, duckdb or pyiceberg. Prints for each a JSON line: {"rows": [{column: text}]} or {"error": text}. Nested values are JSON, bytes hexadecimal digits.

Spark takes tables from the REST catalog (ICEBERG_REST_URL, HDFS_URI, SPARK_ICEBERG_JAR); the others read the metadata file, over WebHDFS (WEBHDFS_URL).
"""
import datetime
import decimal
import glob
import io
import json
import os
import sys
from urllib.parse import quote, urlparse
from urllib.request import urlopen


def plain(value):
    """A value as JSON has it: scalars are text."""
    if value is None:
        return None
    if hasattr(value, 'asDict'):
        return plain(value.asDict())
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        # Arrow has maps as lists of pairs.
        return [plain(each) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex().upper()
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return str(value.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    return format(value, 'f') if isinstance(value, decimal.Decimal) else str(value)


def union(table, conditions):
    """Each is a scan of its own: only so is it pushed down."""
    return ' union all '.join(f'select {at} as at, id from {table} where {each}' for at, each in enumerate(conditions))


def text(value):
    found = plain(value)
    return found if found is None or isinstance(found, str) else json.dumps(found)


def spark():
    from pyspark.sql import SparkSession

    catalog = 'spark.sql.catalog.lakehouse'
    session = (SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false')
               .config('spark.sql.session.timeZone', 'UTC').config('spark.driver.host', '127.0.0.1')
               .config('spark.jars', os.environ['SPARK_ICEBERG_JAR'])
               .config('spark.hadoop.fs.defaultFS', os.environ['HDFS_URI'])
               .config('spark.sql.shuffle.partitions', '1')
               .config(catalog, 'org.apache.iceberg.spark.SparkCatalog').config(f'{catalog}.type', 'rest')
               .config(f'{catalog}.uri', os.environ['ICEBERG_REST_URL']).getOrCreate())
    session.sparkContext.setLogLevel('OFF')

    def rows(name, columns, where, conditions, **_):
        if conditions:
            return [row.asDict() for row in session.sql(union(f'lakehouse.{name}', conditions)).collect()]
        found = session.table(f'lakehouse.{name}').where(where or 'true').select(*[f'`{column}`' for column in columns])
        return [row.asDict() for row in found.collect()]

    return rows


def over_webhdfs():
    """A file system for readers that have none of HDFS: whole files."""
    from fsspec import AbstractFileSystem

    class Hdfs(AbstractFileSystem):
        protocol = 'hdfs'

        @classmethod
        def _strip_protocol(cls, path):
            return urlparse(path).path

        def url(self, path, operation):
            return f'{os.environ["WEBHDFS_URL"]}{quote(self._strip_protocol(path))}?op={operation}'

        def info(self, path, **_):
            with urlopen(self.url(path, 'GETFILESTATUS')) as answer:
                found = json.load(answer)['FileStatus']
            return {'name': path, 'size': found['length'], 'type': found['type'].lower(), 'mtime': found['modificationTime']}

        def modified(self, path):
            return datetime.datetime.fromtimestamp(self.info(path)['mtime'] / 1000, datetime.timezone.utc)

        def _open(self, path, mode='rb', **_):
            with urlopen(self.url(path, 'OPEN')) as answer:
                return io.BytesIO(answer.read())

        def glob(self, path, **_):
            return [path]

    return Hdfs()


def duckdb():
    import duckdb
    import duckdb_extension_avro
    import duckdb_extension_iceberg

    connection = duckdb.connect(config={'allow_unsigned_extensions': 'true'})
    for module in (duckdb_extension_avro, duckdb_extension_iceberg):
        for found in glob.glob(f'{os.path.dirname(module.__file__)}/extensions/**/*.duckdb_extension', recursive=True):
            connection.execute(f"load '{found}'")
    connection.execute("set timezone='UTC'")
    connection.register_filesystem(over_webhdfs())

    def rows(metadata, columns, where, conditions, **_):
        if conditions:
            return connection.execute(union(f"iceberg_scan('{metadata}')", conditions)).to_arrow_table().to_pylist()
        names = ', '.join(f'"{column}"' for column in columns)
        found = connection.execute(f"select {names} from iceberg_scan('{metadata}') where {where or 'true'}")
        return found.to_arrow_table().to_pylist(maps_as_pydicts='strict')

    return rows


def pyiceberg():
    from pyiceberg.io import fsspec
    from pyiceberg.table import StaticTable

    fsspec.SCHEME_TO_FS['hdfs'] = lambda _: over_webhdfs()

    def rows(metadata, columns, where, **_):
        table = StaticTable.from_metadata(metadata, {'py-io-impl': 'pyiceberg.io.fsspec.FsspecFileIO'})
        scan = table.scan(**({'row_filter': where} if where else {}), selected_fields=tuple(columns))
        return scan.to_arrow().to_pylist(maps_as_pydicts='strict')

    return rows


def main():
    rows = {'spark': spark, 'duckdb': duckdb, 'pyiceberg': pyiceberg}[sys.argv[1]]()
    for select in json.load(sys.stdin):
        try:
            found = [{column: text(row[column]) for column in select['columns']} for row in rows(**select)]
            print(json.dumps({'rows': found}), flush=True)
        except Exception as error:
            print(json.dumps({'error': f'{type(error).__name__}: {str(error)[:2000]}'}), flush=True)


main()
