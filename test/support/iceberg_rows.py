"""
Compares what readers of an Iceberg table return with what pyarrow reads from its files: iceberg_rows.py METADATA_FILE < files, a JSON list
of {"file": path, "keys": {name: text or null}}. Prints {reader: "same" or what differs}.
"""
import datetime
import glob
import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def lowered(value):
    if isinstance(value, dict):
        return {key.lower(): lowered(each) for key, each in value.items()}
    if isinstance(value, list):
        return [tuple(map(lowered, each)) if isinstance(each, tuple) else lowered(each) for each in value]
    return value


def shaped(value, kind):
    """As a row of the table: fields that the file has not are null."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return tuple((field.name, shaped(value.get(field.name), field.type)) for field in kind)
    if pa.types.is_map(kind):
        pairs = value.items() if isinstance(value, dict) else value
        return tuple(sorted((str(key), shaped(each, kind.item_type)) for key, each in pairs))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return tuple(shaped(each, kind.value_type) for each in value)
    if pa.types.is_timestamp(kind) and kind.tz and isinstance(value, datetime.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)).astimezone(datetime.timezone.utc)
    if pa.types.is_floating(kind):
        return float(value)
    return value


def key(text, kind):
    if text is None:
        return None
    if pa.types.is_date(kind):
        return datetime.date.fromisoformat(text)
    return int(text) if pa.types.is_integer(kind) else text


def rows(table, schema):
    return sorted((tuple(shaped(row.get(field.name), field.type) for field in schema) for row in map(lowered, table.to_pylist())), key=repr)


def expected(files, schema):
    found = []
    for file in files:
        for row in map(lowered, pq.ParquetFile(file['file']).read().to_pylist()):
            found.append({**row, **{name: key(text, schema.field(name).type) for name, text in file['keys'].items()}})
    return sorted((tuple(shaped(row.get(field.name), field.type) for field in schema) for row in found), key=repr)


def difference(one, other):
    if one == other:
        return 'same'
    for left, right in zip(one, other):
        if left != right:
            return f'{left} instead of {right}'
    return f'{len(one)} rows instead of {len(other)}'


def pyiceberg(metadata):
    from pyiceberg.table import StaticTable

    return StaticTable.from_metadata(metadata).scan().to_arrow()


def duckdb(metadata):
    import duckdb
    import duckdb_extension_avro
    import duckdb_extension_iceberg

    connection = duckdb.connect(config={'allow_unsigned_extensions': 'true'})
    for module in (duckdb_extension_avro, duckdb_extension_iceberg):
        for found in glob.glob(f'{os.path.dirname(module.__file__)}/extensions/**/*.duckdb_extension', recursive=True):
            connection.execute(f"load '{found}'")
    connection.execute("set timezone='UTC'")
    return connection.execute(f"select * from iceberg_scan('{metadata}')").to_arrow_table()


if __name__ == '__main__':
    files, said = json.load(sys.stdin), {}
    from pyiceberg.table import StaticTable

    schema = StaticTable.from_metadata(sys.argv[1]).schema().as_arrow()
    wanted = expected(files, schema)
    for reader in (pyiceberg, duckdb):
        try:
            said[reader.__name__] = difference(rows(reader(sys.argv[1]), schema), wanted)
        except Exception as error:
            said[reader.__name__] = f'{type(error).__name__}: {str(error)[:500]}'
    print(json.dumps({'rows': len(wanted), **said}))
