#!/usr/bin/env bash
# Library   PyPI pyiceberg 0.12.0, the Iceberg project's Python implementation, on pyarrow 26.0.1.
# Expected  A column that is null in a row comes back as null, whatever its type: append and scan change no values.
# Seen      2026-11-28. A null list of structs, and a null map whose values are structs, is an empty one afterwards; lists and maps
#           of numbers keep their nulls. It is lost twice: append writes the empty list into the data file, and a scan of a file of
#           another writer, in which the null still is, returns the empty list too.
# So        "Not known" becomes "none" without an error, and for good where pyiceberg wrote. Put such a list or map into a struct
#           beside a flag that tells whether it is there, or write the file with pyarrow and take it in by add_files: what other engines read is right then.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export PYICEBERG_HOME=$dir # no settings but those below
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check 'pyiceberg[sql-sqlite]==0.12.0' pyarrow==26.0.1 sqlalchemy==2.1.9 || exit 2

cat >expected <<'END'
column               written                     in the file of append       scan of it                  scan of pyarrow's file
list<int>            [[1], [], None]             [[1], [], None]             [[1], [], None]             [[1], [], None]
list<struct>         [[{'a': 1}], [], None]      [[{'a': 1}], [], []]        [[{'a': 1}], [], []]        [[{'a': 1}], [], []]
map<string,int>      [[('k', 1)], [], None]      [[('k', 1)], [], None]      [[('k', 1)], [], None]      [[('k', 1)], [], None]
map<string,struct>   [[('k', {'a': 1})], [], None] [[('k', {'a': 1})], [], []] [[('k', {'a': 1})], [], []] [[('k', {'a': 1})], [], []]
END

cat >seen.py <<'END'
import os

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.catalog.sql import SqlCatalog

catalog = SqlCatalog('local', uri='sqlite:///catalog.db', warehouse=f'file://{os.getcwd()}/warehouse')
catalog.create_namespace('n')
STRUCT = pa.struct([('a', pa.int32())])
CASES = {
    'list<int>': (pa.list_(pa.int32()), [[1], [], None]),
    'list<struct>': (pa.list_(STRUCT), [[{'a': 1}], [], None]),
    'map<string,int>': (pa.map_(pa.string(), pa.int32()), [[('k', 1)], [], None]),
    'map<string,struct>': (pa.map_(pa.string(), STRUCT), [[('k', {'a': 1})], [], None]),
}


def in_order(data):
    return data.sort_by('id')['v'].to_pylist()


def show(number, name, kind, values):
    data = pa.table({'id': pa.array([1, 2, 3], pa.int32()), 'v': pa.array(values, kind)})
    appended = catalog.create_table(f'n.appended{number}', schema=data.schema)
    appended.append(data)
    [file] = [task.file.file_path for task in appended.scan().plan_files()]
    path = f'{os.getcwd()}/{number}.parquet'
    pq.write_table(data, path)
    added = catalog.create_table(f'n.added{number}', schema=data.schema)
    added.add_files([f'file://{path}'])
    print_line(name, values, in_order(pq.read_table(file.removeprefix('file://'))), in_order(appended.scan().to_arrow()), in_order(added.scan().to_arrow()))


def print_line(name, *cells):
    print(f'{name:<20}', *(f'{cell!s:<27}' for cell in cells[:-1]), cells[-1])


print_line('column', 'written', 'in the file of append', 'scan of it', "scan of pyarrow's file")
for number, (name, (kind, values)) in enumerate(CASES.items()):
    show(number, name, kind, values)
END

venv/bin/python -W ignore seen.py | tee seen
diff expected seen
