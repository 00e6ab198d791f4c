#!/usr/bin/env bash
# Library   PyPI deltalake 1.6.6 (delta-rs), which writes and reads Delta tables without Spark; pyarrow 26.0.1 makes the rows.
# Expected  A DECIMAL is exact everywhere. What a file's statistics say of it may be loose, but covers the file's values.
# Seen      2026-11-27. The writer puts a column's least and greatest decimal into the Delta log by way of a 64-bit number: at scale 0 what is
#           above 2^63 - 1 becomes 2^63 - 1; at other scales some 17 digits are left, rounded up or down. Files are then skipped by
#           these bounds: a value that a full read shows is not found by a filter, and a DELETE of it ends well, having deleted nothing.
#           Unsigned 64-bit keys reach 2^63, and amounts with 18 decimal places reach 17 digits, far below what their types hold.
# So        Lookups, checks for duplicates and erasures on such columns fail in silence, in any reader that trusts the log's bounds. Keep these
#           columns out of the table's statistics, as the last lines do, and look at num_deleted_rows after a DELETE.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check deltalake==1.6.6 pyarrow==26.0.1 || exit 2

cat >expected <<'END'
with statistics
  rows                                                      3
  greatest key in the log                                   9223372036854775807
  greatest key in the rows                                  18446744073709551615
  greatest amount in the log                                1234.5678901234567
  greatest amount in the rows                               1234.567890123456789012
  select where key = 12345678901234567891                   0 rows
  select where key > 10000000000000000000                   0 rows
  select where amount = 1234.567890123456789012             0 rows
  the same by to_pyarrow_table(filters=...)                 0 rows
  delete where key = 12345678901234567891                   0 rows
without statistics of key and amount
  select where key = 12345678901234567891                   1 rows
  select where key > 10000000000000000000                   2 rows
  select where amount = 1234.567890123456789012             1 rows
  the same by to_pyarrow_table(filters=...)                 1 rows
  delete where key = 12345678901234567891                   1 rows
END

cat >seen.py <<'END'
import json
from decimal import Decimal

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder, write_deltalake

KEY, AMOUNT = Decimal('12345678901234567891'), Decimal('1234.567890123456789012')
ROWS = pa.table({
    'id': [1, 2, 3],
    'key': pa.array([Decimal(7), KEY, Decimal(2**64 - 1)], pa.decimal128(20, 0)),
    'amount': pa.array([Decimal('0.5'), AMOUNT, Decimal('2.5')], pa.decimal128(38, 18)),
})


def show(what, value):
    print(f'  {what:<57} {value}')


def show_bounds(path):
    rows = DeltaTable(path).to_pyarrow_table()
    show('rows', rows.num_rows)
    with open(f'{path}/_delta_log/00000000000000000000.json') as log:
        added = [json.loads(line)['add'] for line in log if 'add' in json.loads(line)]
    bounds = json.loads(added[0]['stats'])['maxValues']
    for column in ('key', 'amount'):
        show(f'greatest {column} in the log', bounds[column])
        show(f'greatest {column} in the rows', max(rows[column].to_pylist()))


def select(path, where):
    return QueryBuilder().register('t', DeltaTable(path)).execute(f'select id from t where {where}').read_all().num_rows


def show_queries(path):
    is_key = f'key = cast({str(KEY)!r} as decimal(20, 0))'
    above = "key > cast('10000000000000000000' as decimal(20, 0))"
    is_amount = f'amount = cast({str(AMOUNT)!r} as decimal(38, 18))'
    show(f'select where key = {KEY}', f'{select(path, is_key)} rows')
    show('select where key > 10000000000000000000', f'{select(path, above)} rows')
    show(f'select where amount = {AMOUNT}', f'{select(path, is_amount)} rows')
    filtered = DeltaTable(path).to_pyarrow_table(filters=[('amount', '=', AMOUNT)])
    show('the same by to_pyarrow_table(filters=...)', f'{filtered.num_rows} rows')
    show(f'delete where key = {KEY}', f"{DeltaTable(path).delete(is_key)['num_deleted_rows']} rows")


print('with statistics')
write_deltalake('with', ROWS)
show_bounds('with')
show_queries('with')
print('without statistics of key and amount')
write_deltalake('without', ROWS, configuration={'delta.dataSkippingStatsColumns': 'id'})
show_queries('without')
END

venv/bin/python seen.py | tee seen
diff expected seen
