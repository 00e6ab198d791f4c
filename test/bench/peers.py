"""Peers of the footer bench, and its large file. Prints the milliseconds that the reading itself took.

peers.py large FILE       writes 50 columns x 1,000 row groups: a footer of about 6 MB
peers.py pyarrow FOLDER   reads every footer of the folder, 16 at once, with its Arrow schema
peers.py duckdb FOLDER    reads every schema of the folder with DuckDB
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

COLUMNS = 50
ROW_GROUPS = 1000


def large(file: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {f"a_column_with_a_name_{at}": [f"value {row} of {at}" for row in range(ROW_GROUPS)] for at in range(COLUMNS)}
    pq.write_table(pa.table(columns), file, row_group_size=1)


def pyarrow(folder: str) -> None:
    import pyarrow.parquet as pq

    files = sorted(Path(folder).glob("*.parquet"))
    started = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        schemas = list(pool.map(lambda file: pq.ParquetFile(file).schema_arrow, files))
    report(started, len(schemas))


def duckdb(folder: str) -> None:
    import duckdb

    connection = duckdb.connect()
    started = time.perf_counter()
    found = connection.execute(f"select count(distinct file_name) from parquet_schema('{folder}/*.parquet')").fetchone()
    report(started, found[0])


def report(started: float, files: int) -> None:
    assert files > 0
    print((time.perf_counter() - started) * 1000)


{"large": large, "pyarrow": pyarrow, "duckdb": duckdb}[sys.argv[1]](sys.argv[2])
