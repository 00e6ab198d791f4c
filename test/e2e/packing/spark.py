"""Asks Spark for files that are packed in many ways, and writes into spark.json beside this what it made of them.

    python make.py FOLDER > made.json; python spark.py FOLDER [FILE ...] < made.json       with a pyspark of the version to be asked, and a JDK 17 or 21

With names, only those are replaced.

Each column is read with `id`, and found by one of its values, by `=` and by `in`.
"""
import json
import os
import pathlib
import sys

os.environ['TZ'] = 'UTC'

from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parents[1] / 'support'))
from spark_values import plain

PROBE = 7                                       # a row that has a value in each column
SKIPPED = {'codec_lz4_frame'}                   # another framing is taken for a length: Spark wants more memory than there is


def main():
    folder, names, made = sys.argv[1], sys.argv[2:], json.load(sys.stdin)
    session = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false').config(
        'spark.sql.session.timeZone', 'UTC').config('spark.driver.host', '127.0.0.1').getOrCreate()
    session.sparkContext.setLogLevel('OFF')
    seen = {name: faults(session, f'{folder}/{name}.parquet', columns) for name, columns in made.items()
            if name not in SKIPPED and (not names or name in names)}
    recorded = HERE / 'spark.json'
    known = json.loads(recorded.read_text()) if recorded.exists() else {}
    known[session.version] = {**known.get(session.version, {}), **seen} if names else seen
    versions = [f'{json.dumps(version)}: {{\n' + ',\n'.join(f'{json.dumps(name)}: {json.dumps(of)}' for name, of in sorted(files.items())) + '\n}'
                for version, files in sorted(known.items())]
    recorded.write_text('{\n' + ',\n'.join(versions) + '\n}\n')


def faults(session, file, columns):
    frame = session.read.schema(', '.join(f"`{c['name']}` {c['type']}" for c in columns)).parquet(file)
    found = {column['name']: fault(frame, column) for column in columns}
    return {name: fault for name, fault in found.items() if fault}


def fault(frame, column):
    name, values = column['name'], column['values']
    try:
        rows = sorted(frame.select(frame['id'].alias('row'), f'`{name}`').collect())
    except Exception:
        return 'fails' if fails(frame, name) else None
    kind = frame.schema[name].dataType
    if [text(plain(row[1], kind)) for row in rows] != [text(value) for value in values]:
        return 'other values' if rows else 'no rows'
    if '<' in column['type']:
        return None
    probe = literal(column['type'], values[PROBE])
    for condition in (f'`{name}` = {probe}', f'`{name}` in ({probe}, {probe})'):
        try:
            found = frame.where(condition).count()
        except Exception:
            return 'fails on conditions'
        if found != values.count(values[PROBE]):
            return 'a condition finds other rows'
    return None


def fails(frame, name):
    try:
        frame.select(f'`{name}`').collect()
        return False
    except Exception:
        return True


def text(value):
    """As `plain` has it: numbers without a fraction that is zero."""
    return json.dumps(value).replace('.0"', '"')


def literal(kind, value):
    if kind == 'binary':
        return f"X'{value}'"
    return value if kind == 'boolean' else f"cast('{value}' as {kind})"


main()
