#!/usr/bin/env bash
# Library   PyPI duckdb 1.5.6, which reads Parquet files; pyarrow 26.0.1 writes them.
# Expected  DuckDB has no DECIMAL of more than 38 digits. It refuses such a column of a file, or reads the nearest DOUBLE.
# Seen      2026-11-27. It reads a DOUBLE that is not near: 256 times the value for each byte that the column's fixed length lacks to 24. At 50
#           digits (21 bytes) 1 is read as 16777216, at 44 digits (19 bytes) as 1099511627776, and negative numbers are off by a fraction
#           more. No error, and a condition finds nothing. At up to 38 digits all is exact. duckdb 2.0.1 reads the nearest DOUBLE.
# So        Sums over files of Arrow's decimal256 (pyarrow, ClickHouse's Decimal256, wei and satoshi amounts) are wrong by powers of 256.
#           Write at most 38 digits, or text, for those who read by DuckDB 1.5.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
for version in 1.5.6 2.0.1; do
  python3 -m venv "$version" && "$version/bin/pip" install --quiet --disable-pip-version-check "duckdb==$version" pyarrow==26.0.1 || exit 2
done

cat >expected <<'END'
duckdb 1.5.6
  decimal(38,10) 1, -1, 2.5    [1.0, -1.0, 2.5]  where d = 1: 1 row
  decimal(44,10) 1, -1, 2.5    [1099511627776.0, -1099511627666.0488, 2748779069440.0]  where d = 1: 0 rows
  decimal(50,10) 1, -1, 2.5    [16777216.0, -16777215.998322278, 41943040.0]  where d = 1: 0 rows
duckdb 2.0.1
  decimal(38,10) 1, -1, 2.5    [1.0, -1.0, 2.5]  where d = 1: 1 row
  decimal(44,10) 1, -1, 2.5    [1.0, -1.0, 2.5]  where d = 1: 1 row
  decimal(50,10) 1, -1, 2.5    [1.0, -1.0, 2.5]  where d = 1: 1 row
END

cat >seen.py <<'END'
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

print('duckdb', duckdb.__version__)
for precision in (38, 44, 50):
    values = pa.array([Decimal('1'), Decimal('-1'), Decimal('2.5')], pa.decimal256(precision, 10))
    pq.write_table(pa.table({'d': values}), 'd.parquet')
    assert pq.read_table('d.parquet')['d'].to_pylist() == values.to_pylist()
    read = [float(value) for value, in duckdb.sql("select d from 'd.parquet'").fetchall()]
    found = duckdb.sql("select d from 'd.parquet' where d = 1").fetchall()
    print(f'  decimal({precision},10) 1, -1, 2.5    {read}  where d = 1: {len(found)} row{"s" if len(found) != 1 else ""}')
END

for version in 1.5.6 2.0.1; do "$version/bin/python" seen.py; done | tee seen
diff expected seen
