#!/usr/bin/env python3
"""Beside each Parquet file of a folder, the values that pyarrow reads from it: what the truth table asks the engines for.

    python test/truth/expect.py FOLDER [PART_OF_A_NAME]      writes FOLDER/NAME.json for each FOLDER/NAME.parquet that has none

Needs what the stack's python has. The form of the values is that of test/fixtures/kinds.py. A file that pyarrow cannot read is told, and gets none.
"""
import glob
import json
import os
import sys

import pyarrow.parquet as pq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures"))
from kinds import values_of


def values_in(path):
    data = pq.read_table(path)
    values = {name.lower(): values_of(column) for name, column in zip(data.column_names, data.columns)}
    schema = pq.ParquetFile(path).schema
    for leaf in (schema.column(at) for at in range(len(schema))):
        if leaf.physical_type == "INT96" and leaf.path == leaf.name:
            values[leaf.name.lower()] = int96_in(path, leaf.name, values[leaf.name.lower()])
    return values


def int96_in(path, name, fine):
    """
    As nanoseconds, which 64 bits hold for 292 years before and after 1970, or, where these overflowed, as microseconds.

    Those are too late where a time before 1970 has a negative time of day, as Flink writes it.
    """
    coarse = values_of(pq.read_table(path, columns=[name], coerce_int96_timestamp_unit="us").column(0))
    return [known if known is None or known[:19] == rough[:19] else min(known, rough) for known, rough in zip(fine, coarse)]


def expect(path, writer=None, like=None):
    """
    Writes the values of a file, or says why there are none.

    @param writer who made it, by default as its footer says
    @param like the name of another file of the folder that has the same values, which pyarrow reads right
    """
    try:
        writer = writer or pq.read_metadata(path).created_by
        values = known_values(os.path.join(os.path.dirname(path), f"{like}.json")) if like else values_in(path)
    except Exception as error:
        print(f"{os.path.basename(path)}: {str(error).splitlines()[0][:150]}")
        return
    with open(path.removesuffix("parquet") + "json", "w") as out:
        json.dump(dict(writer=writer, values=values), out, ensure_ascii=False)


def known_values(path):
    with open(path) as known:
        return json.load(known)["values"]


if __name__ == "__main__":
    folder, part = (sys.argv[1:] + [""])[:2]
    for path in sorted(glob.glob(f"{folder}/*{part}*.parquet")):
        if not os.path.exists(path.removesuffix("parquet") + "json"):
            expect(path)
