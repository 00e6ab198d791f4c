#!/usr/bin/env bash
# Library   PyPI pyiceberg 0.12.0, the Iceberg project's Python implementation, on pyarrow 26.0.1.
# Expected  table.delete(filter) deletes the rows that table.scan(filter) finds, wherever they lie.
# Seen      2026-11-27. A row that the filter does not match goes too, if its value is NaN and the filter matches all that is not NaN in its data file.
#           By the file's bounds, which leave out NaN, every row seems to match, so the whole file is dropped unread. NaN would
#           forbid that, but pyiceberg writes no count of NaN values, and takes a count that is missing for none. Where one row more
#           in the file does not match, the file is read and the NaN row stays: what is deleted depends on which rows share a file.
# So        NaN, the usual mark for "not measured" in numeric Python, is lost by a DELETE on a condition that it does not meet, without an error,
#           and the snapshot's summary looks regular. Add `and COLUMN is not nan` to the filter, or write null for NaN: nulls are counted.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export PYICEBERG_HOME=$dir # no settings but those below
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check 'pyiceberg[sql-sqlite]==0.12.0' pyarrow==26.0.1 sqlalchemy==2.1.9 || exit 2

cat >expected <<'END'
file                     filter                               scan finds   after delete  counts of NaN
[1.0, nan, 3.0]          level >= 1.0                         [1.0, 3.0]   []            {}
[1.0, nan, 3.0, -9.0]    level >= 1.0                         [1.0, 3.0]   [nan, -9.0]   {}
[1.0, None, 3.0]         level >= 1.0                         [1.0, 3.0]   [None]        {}
[1.0, nan, 3.0]          level >= 1.0 and level is not nan    [1.0, 3.0]   [nan]         {}
END

cat >seen.py <<'END'
import os

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

NAN = float('nan')
catalog = SqlCatalog('local', uri='sqlite:///catalog.db', warehouse=f'file://{os.getcwd()}/warehouse')
catalog.create_namespace('plant')


def levels(scan):
    return scan.to_arrow().sort_by('id')['level'].to_pylist()


def show(name, values, rows):
    """Writes the values as one data file, looks for what the filter finds, then deletes by the same filter."""
    data = pa.table({'id': range(len(values)), 'level': pa.array(values, pa.float64())})
    table = catalog.create_table(f'plant.{name}', schema=data.schema)
    table.append(data)
    [file] = [task.file for task in table.scan().plan_files()]
    found = levels(table.scan(row_filter=rows))
    table.delete(rows)
    print_line(values, rows, found, levels(table.scan()), file.nan_value_counts)


def print_line(*cells):
    values, rows, found, left, counts = map(str, cells)
    print(f'{values:<24} {rows:<36} {found:<12} {left:<13} {counts}')


print_line('file', 'filter', 'scan finds', 'after delete', 'counts of NaN')
show('alone', [1.0, NAN, 3.0], 'level >= 1.0')
show('beside_another', [1.0, NAN, 3.0, -9.0], 'level >= 1.0')
show('with_null', [1.0, None, 3.0], 'level >= 1.0')
show('said_twice', [1.0, NAN, 3.0], 'level >= 1.0 and level is not nan')
END

venv/bin/python -W ignore seen.py | tee seen
diff expected seen
