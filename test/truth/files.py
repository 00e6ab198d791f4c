#!/usr/bin/env python3
"""Files by many writers, and beside each the values that pyarrow reads from it: what the truth table asks the engines for.

    python test/truth/files.py FOLDER      writes FOLDER/NAME.parquet and FOLDER/NAME.json

Needs pyarrow and duckdb, and whatever of polars, fastparquet, datafusion, deltalake, chdb and pyspark is installed: what is missing is told.
The values are by expect.py.
"""
import datetime
import decimal
import importlib
import itertools
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from expect import expect

DAY = datetime.date(2026, 11, 21)
NOON = datetime.datetime(2026, 11, 21, 12, 0, 0, 123456)
BEFORE = datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)
ROWS = 50


def dec(text):
    return decimal.Decimal(text)


def times(values, rows=ROWS):
    return list(itertools.islice(itertools.cycle(values), rows))


def table(**columns):
    return pa.table({name: pa.array(times(values), arrow) for name, (arrow, *values) in columns.items()})


def struct(**fields):
    return pa.struct(list(fields.items()))


ID = (pa.int32(), *range(ROWS))
TABLES = {
    "integers": table(id=ID, i8=(pa.int8(), -128, 127, None), i16=(pa.int16(), -32768, 32767, None),
                      i32=(pa.int32(), -2**31, 2**31 - 1, None), i64=(pa.int64(), -2**63, 2**63 - 1, None),
                      flag=(pa.bool_(), True, False, None)),
    "unsigned": table(id=ID, u8=(pa.uint8(), 0, 255, None), u16=(pa.uint16(), 0, 65535, None),
                      u32=(pa.uint32(), 0, 5, 2**31 - 1, None), u64=(pa.uint64(), 0, 7, 2**63 - 1, None)),
    "unsigned_over": table(id=ID, u32=(pa.uint32(), 0, 3_000_000_000, None), u64=(pa.uint64(), 1, 2**63 + 5, None)),
    "floats": table(id=ID, f32=(pa.float32(), 0.5, -1.25, None), f64=(pa.float64(), 0.1, -1e300, None)),
    "odd_floats": table(id=ID, f32=(pa.float32(), float("nan"), float("inf"), None), f64=(pa.float64(), -0.0, float("-inf"), 1.0)),
    "half_floats": table(id=ID, f16=(pa.float16(), 1.5, None)),
    "decimals": table(id=ID, d5=(pa.decimal128(5, 2), dec("123.45"), dec("-0.01"), None),
                      d9=(pa.decimal128(9, 2), dec("1234567.89"), None), d18=(pa.decimal128(18, 4), dec("-12345678901234.5678"), None),
                      d20=(pa.decimal128(20, 2), dec("123456789012345678.90"), None), d38=(pa.decimal128(38, 10), dec("9" * 28 + ".5"), None)),
    "wide_decimals": table(id=ID, d50=(pa.decimal256(50, 10), dec("1.5"), None)),
    "texts": table(id=ID, text=(pa.string(), "a", "ä€😀", "", None), large=(pa.large_string(), "b" * 300, None),
                   category=(pa.dictionary(pa.int32(), pa.string()), "x", "y", None)),
    "bytes": table(id=ID, raw=(pa.binary(), b"\xff\xfe", b"", None), fixed=(pa.binary(5), b"12345", None)),
    "dates": table(id=ID, on_day=(pa.date32(), DAY, datetime.date(1969, 12, 31), datetime.date(1582, 10, 15), None)),
    "old_dates": table(id=ID, on_day=(pa.date32(), datetime.date(1, 1, 1), datetime.date(1582, 10, 10), None)),
    "far_dates": table(id=ID, on_day=(pa.date32(), datetime.date(9999, 12, 31), DAY, None)),
    "timestamps": table(id=ID, ms=(pa.timestamp("ms"), NOON.replace(microsecond=123000), None), us=(pa.timestamp("us"), NOON, BEFORE, None),
                        utc=(pa.timestamp("us", "UTC"), NOON, None)),
    "nanos": table(id=ID, ns=(pa.timestamp("ns"), 1, 123456789, None)),
    "old_timestamps": table(id=ID, us=(pa.timestamp("us"), datetime.datetime(1, 1, 1), datetime.datetime(1500, 6, 1), None)),
    "clocks": table(id=ID, us=(pa.time64("us"), datetime.time(12, 30), None), ns=(pa.time64("ns"), datetime.time(0, 0, 1), None)),
    "milli_clocks": table(id=ID, ms=(pa.time32("ms"), datetime.time(12, 30), None)),
    "lists": table(id=ID, ints=(pa.list_(pa.int32()), [1, None], [], None), texts=(pa.list_(pa.string()), ["a"], None),
                   deep=(pa.list_(pa.list_(pa.int64())), [[1], []], None), prices=(pa.list_(pa.decimal128(9, 2)), [dec("1.50")], None),
                   reals=(pa.list_(pa.float64()), [0.5, None], None)),
    "maps": table(id=ID, counts=(pa.map_(pa.string(), pa.int32()), [("a", 1), ("b", None)], [], None),
                  by_id=(pa.map_(pa.int64(), struct(a=pa.int32())), [(1, dict(a=1))], None)),
    "structs": table(id=ID, point=(struct(x=pa.float64(), y=pa.int16()), dict(x=0.5, y=2), None, dict(x=None, y=1)),
                     deep=(struct(a=struct(b=struct(c=pa.string()))), dict(a=dict(b=dict(c="z"))), None),
                     many=(pa.list_(struct(a=pa.int32(), b=pa.string())), [dict(a=1, b="x")], [], None)),
    "after_nested": table(tags=(pa.list_(pa.string()), ["a", "b"], None), real=(pa.float64(), 0.5, None), text=(pa.string(), "a", None),
                          n=(pa.int64(), 1, None)),
    "nulls": table(id=ID, nothing=(pa.null(), None), none=(pa.string(), None), no_list=(pa.list_(pa.int32()), None)),
    "null_lists": table(id=ID, v=(pa.list_(pa.null()), [], None)),
    "empty": table(id=ID, text=(pa.string(), "a")).slice(0, 0),
    "digits": table(id=ID, s=(pa.struct([("1a", pa.int32()), ("b", pa.int32())]), {"1a": 1, "b": 2}, None)),
    "blanks": pa.table({"id": pa.array(range(ROWS)), "a b": pa.array(range(ROWS)), "c.d": pa.array(range(ROWS))}),
    "hidden": pa.table({"id": pa.array(range(ROWS)), "$path": pa.array(times(["x"])), "INPUT__FILE__NAME": pa.array(times(["y"]))}),
}
SCALARS = ["integers", "floats", "decimals", "texts", "timestamps", "lists", "structs"]

PYARROW_OPTIONS = {
    "plain": dict(use_dictionary=False), "v1": dict(version="1.0"), "v24": dict(version="2.4"), "pages2": dict(data_page_version="2.0"),
    "gzip": dict(compression="gzip"), "zstd": dict(compression="zstd"), "none": dict(compression="none"), "lz4": dict(compression="lz4"),
    "brotli": dict(compression="brotli"), "unproven": dict(write_statistics=False), "index": dict(write_page_index=True, data_page_size=64),
    "groups": dict(row_group_size=7), "crc": dict(write_page_checksum=True), "int_decimals": dict(store_decimal_as_integer=True),
    "int96": dict(use_deprecated_int96_timestamps=True), "old_lists": dict(use_compliant_nested_type=False),
    "split": dict(use_dictionary=False, use_byte_stream_split=True),
    "delta": dict(use_dictionary=False, column_encoding={"id": "DELTA_BINARY_PACKED"}),
}


def pyarrow_files():
    for name, data in TABLES.items():
        yield f"pyarrow_{name}", lambda path, data=data: pq.write_table(data, path, store_schema=False)
        if name not in SCALARS:
            continue
        for option, settings in PYARROW_OPTIONS.items():
            def write(path, data=data, option=option, settings=dict(settings)):
                if option == "split":
                    kinds = (pa.types.is_floating, pa.types.is_int32, pa.types.is_int64)
                    settings["use_byte_stream_split"] = [f.name for f in data.schema if any(kind(f.type) for kind in kinds)]
                pq.write_table(data, path, store_schema=False, **settings)
            yield f"pyarrow_{name}_{option}", write
    for encoding, columns in {"DELTA_BINARY_PACKED": ("i32", "i64"), "BYTE_STREAM_SPLIT": ("i32", "i64", "f32", "f64", "fixed", "d20"),
                              "DELTA_BYTE_ARRAY": ("text", "fixed", "d20"), "DELTA_LENGTH_BYTE_ARRAY": ("text",), "RLE": ("flag",)}.items():
        for column in columns:
            source = next(data for data in TABLES.values() if column in data.column_names)
            data = source.select(["id", column])
            yield f"pyarrow_{encoding.lower()}_{column}", lambda path, data=data, column=column, encoding=encoding: pq.write_table(
                data, path, store_schema=False, use_dictionary=False, column_encoding={column: encoding})


DUCKDB_SELECTS = {
    "integers": "x::integer id, (x % 5)::tinyint i8, (x % 5)::smallint i16, x i64, (x % 5)::utinyint u8, (x % 5)::usmallint u16, x > 3 flag",
    "unsigned": "x::integer id, (x % 5)::uinteger u32, (x % 5)::ubigint u64",
    "unsigned_over": "x::integer id, (3000000000 + x)::uinteger u32, 9223372036854775809::ubigint u64",
    "hugeint": "x::integer id, x::hugeint huge, x::uhugeint uhuge",
    "floats": "x::integer id, (x / 4)::float f32, (x / 4)::double f64",
    "decimals": "x::integer id, (x / 4)::decimal(4,2) d4, (x / 4)::decimal(9,2) d9, (x / 4)::decimal(18,2) d18, (x / 4)::decimal(38,4) d38",
    "texts": "x::integer id, 'a' || (x % 7) text, 'a'::enum('a', 'b') kind, '101'::bit bits, 'b'::blob raw",
    "dates": "x::integer id, date '2026-11-21' + (x % 9)::integer on_day",
    "old_dates": "x::integer id, date '0001-01-01' + (x % 9)::integer on_day",
    "timestamps": "x::integer id, timestamp '2026-11-21 12:00:00.000001' ts, timestamptz '2026-11-21 12:00:00+01' tz, '2026-11-21 12:00:00.123'::timestamp_ms ms, '2026-11-21 12:00:00'::timestamp_s s",
    "nanos": "x::integer id, '2026-11-21 12:00:00.123456789'::timestamp_ns ns",
    "infinity": "x::integer id, if(x % 2 = 0, 'infinity'::timestamp, timestamp '2026-11-21 12:00:00') ts",
    "clocks": "x::integer id, time '12:30:00' clock, timetz '12:30:00+01' clock_tz",
    "uuid": "x::integer id, '00112233-4455-6677-8899-aabbccddeeff'::uuid u, interval 1 day span",
    "lists": "x::integer id, [x, null] ints, [['a']] deep, [x]::bigint[1] fixed",
    "maps": "x::integer id, map {'a': x} counts, map {x: 'a'} names",
    "structs": "x::integer id, {'x': x / 2, 'y': x} point, [{'a': x, 'b': 'q'}] many",
    "nulls": "x::integer id, null nothing, null::varchar none",
    "geometry": "x::integer id, 'POINT(1 2)'::geometry g",
}


def duckdb_files():
    import duckdb
    options = {"": "", "_v2": ", parquet_version v2", "_zstd": ", compression zstd", "_brotli": ", compression brotli",
               "_lz4": ", compression lz4_raw", "_plain": ", dictionary_size_limit 1"}
    for name, select in DUCKDB_SELECTS.items():
        for suffix, option in options.items() if name in ("integers", "unsigned", "floats", "decimals", "texts") else [("", "")]:
            yield f"duckdb_{name}{suffix}", lambda path, select=select, option=option: duckdb.sql(
                f"copy (select {select} from range({ROWS}) t(x)) to '{path}' (format parquet{option})")


def polars_files():
    import polars as pl
    for name, data in TABLES.items():
        if name in ("wide_decimals", "half_floats"):
            continue
        yield f"polars_{name}", lambda path, data=data: pl.from_arrow(data).write_parquet(path)
        if name in SCALARS:
            yield f"polars_{name}_lz4", lambda path, data=data: pl.from_arrow(data).write_parquet(path, compression="lz4")
            yield f"polars_{name}_groups", lambda path, data=data: pl.from_arrow(data).write_parquet(path, row_group_size=7, statistics=False)


def fastparquet_files():
    import fastparquet
    for name in ("integers", "unsigned", "floats", "texts", "timestamps", "nulls"):
        for clock in ("int64", "int96"):
            yield f"fastparquet_{name}_{clock}", lambda path, name=name, clock=clock: fastparquet.write(
                path, TABLES[name].to_pandas(), times=clock, write_index=False, compression="SNAPPY")


def datafusion_files():
    import datafusion
    context = datafusion.SessionContext()
    for name, data in TABLES.items():
        yield f"datafusion_{name}", lambda path, data=data: context.from_arrow(data).write_parquet(path)


def chdb_files():
    from chdb import session
    selects = {
        "integers": "toInt32(number) id, toInt8(number) i8, toInt16(number) i16, toInt64(number) i64, number > 3 flag",
        "unsigned": "toInt32(number) id, toUInt8(number) u8, toUInt16(number) u16, toUInt32(number % 5) u32, number u64",
        "floats": "toInt32(number) id, toFloat32(number / 4) f32, number / 4 f64",
        "decimals": "toInt32(number) id, toDecimal32(number, 2) d9, toDecimal64(number, 2) d18, toDecimal128(number, 2) d38",
        "wide": "toInt32(number) id, toDecimal256(number, 2) d76, toInt128(number) i128, toUInt256(number) u256",
        "texts": "toInt32(number) id, toString(number % 7) text, toFixedString('abc', 3) fixed, toLowCardinality('x') low, CAST('a', 'Enum8(\\'a\\' = 1)') kind",
        "dates": "toInt32(number) id, toDate('2026-11-21') d16, toDate32('1950-01-01') d32",
        "timestamps": "toInt32(number) id, toDateTime('2026-11-21 12:00:00', 'UTC') s, toDateTime64('2026-11-21 12:00:00.123', 3, 'UTC') ms, toDateTime64('2026-11-21 12:00:00.123456', 6, 'UTC') us",
        "nested": "toInt32(number) id, [number] ints, map('a', number) counts, tuple(number, 'a') pair, CAST((1, 'a'), 'Tuple(x Int32, y String)') named",
        "uuid": "toInt32(number) id, toUUID('00112233-4455-6677-8899-aabbccddeeff') u, toIPv4('1.2.3.4') ip",
    }
    db = session.Session()
    for name, select in selects.items():
        for codec in ("snappy", "zstd", "lz4", "brotli") if name in ("integers", "texts") else ("zstd",):
            yield f"chdb_{name}_{codec}", lambda path, select=select, codec=codec: db.query(
                f"select {select} from numbers({ROWS}) into outfile '{path}' format Parquet settings output_format_parquet_compression_method = '{codec}'")


def deltalake_files():
    import deltalake
    import glob
    import shutil
    import tempfile
    for name in ("integers", "decimals", "texts", "lists", "structs", "floats"):
        def write(path, data=TABLES[name]):
            with tempfile.TemporaryDirectory() as folder:
                deltalake.write_deltalake(folder, data)
                shutil.copy(glob.glob(f"{folder}/*.parquet")[0], path)
        yield f"deltalake_{name}", write


SPARK_SELECTS = {
    "scalars": "cast(id as int) id, cast(id % 5 as tinyint) i8, cast(id % 5 as smallint) i16, if(id % 3 = 0, null, id) i64, id > 3 flag, "
               "cast(id / 4 as float) f32, id / 4 f64, concat('a', id % 7) text, cast('a' as binary) raw",
    "decimals": "cast(id as int) id, cast(id / 4 as decimal(9,2)) d9, cast(id / -4 as decimal(18,2)) d18, cast(id / 4 as decimal(38,4)) d38",
    "dates": "cast(id as int) id, if(id % 3 = 0, null, date'2026-11-21') on_day",
    "old_dates": "cast(id as int) id, date'1500-06-01' on_day",
    "first_dates": "cast(id as int) id, date'0001-01-01' on_day",
    "timestamps": "cast(id as int) id, if(id % 3 = 0, null, timestamp'2026-11-21 12:00:00.123456') at, timestamp'1969-12-31 23:59:59.999999' before, "
                  "timestamp_ntz'2026-11-21 12:00:00.123456' local",
    "old_timestamps": "cast(id as int) id, timestamp'1500-06-01 00:00:00' at",
    "old_locals": "cast(id as int) id, timestamp_ntz'1500-06-01 00:00:00' at",
    "nested": "cast(id as int) id, if(id % 3 = 0, null, array(id, null)) ints, array(named_struct('q', id)) ones, array(array('a')) deep, "
              "named_struct('x', id, 'y', named_struct('z', 'b')) point, array(named_struct('a', id, 'b', array(1))) many",
    "maps": "cast(id as int) id, map('a', id) counts, map(id, named_struct('x', 1)) points, map('a', array(1, null)) lists, map(date'2026-11-21', 1) days",
    "intervals": "cast(id as int) id, interval '1-2' year to month months, interval '1 02:03:04' day to second seconds",
    "clocks": "cast(id as int) id, time'12:30:00.5' clock",
    "variant": "cast(id as int) id, parse_json(concat('{\"a\":', id, '}')) v",
    "names": "cast(id as int) id, 1 as `a b`, 1 as `c.d`, 1 as Upper, named_struct('a b', 1, 'ok', 2) s",
}
SPARK_OPTIONS = {
    "legacy": {"spark.sql.parquet.writeLegacyFormat": "true"},
    "millis": {"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MILLIS"},
    "micros": {"spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS"},
    "rebased": {"spark.sql.parquet.datetimeRebaseModeInWrite": "LEGACY"},
    "rebased_micros": {"spark.sql.parquet.datetimeRebaseModeInWrite": "LEGACY", "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS"},
    "rebased_int96": {"spark.sql.parquet.int96RebaseModeInWrite": "LEGACY"},
    **{codec: {"spark.sql.parquet.compression.codec": codec} for codec in ("zstd", "gzip", "lz4_raw", "lz4", "uncompressed")},
    "v2": {"parquet.writer.version": "v2"},
    "v2_plain": {"parquet.writer.version": "v2", "parquet.enable.dictionary": "false"},
    "bloom": {"parquet.bloom.filter.enabled": "true"},
}
SPARK_FILES = {"scalars": [*SPARK_OPTIONS][-8:], "decimals": ["legacy", "bloom", "v2_plain"], "timestamps": ["millis", "micros"], "old_dates": ["rebased"],
               "old_timestamps": ["micros", "rebased_micros", "rebased_int96"], "old_locals": ["rebased"],
               "nested": ["legacy"], "maps": ["legacy"]}


def pyspark_files():
    import glob
    import shutil
    import tempfile
    from pyspark.sql import SparkSession
    os.environ["TZ"] = "UTC"
    defaults = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.driver.host": "127.0.0.1", "spark.sql.timeType.enabled": "true"}
    session = SparkSession.builder.master("local[1]").config(map=defaults).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    for name, select in SPARK_SELECTS.items():
        for option in ("", *SPARK_FILES.get(name, [])):
            def write(path, select=select, settings=SPARK_OPTIONS.get(option, {})):
                for key, value in settings.items():
                    session.conf.set(key, value)
                with tempfile.TemporaryDirectory() as folder:
                    session.sql(f"select {select} from range(0, {ROWS}, 1, 1)").write.mode("overwrite").options(**settings).parquet(folder)
                    shutil.copy(glob.glob(f"{folder}/*.parquet")[0], path)
                for key in settings:
                    session.conf.unset(key)
            # What pyarrow does not do: it takes days counted by the Julian calendar as they stand.
            like = [f"pyspark_{name}"] if "rebased" in option else []
            yield f"pyspark_{name}" + (option and f"_{option}"), write, *like


WRITERS = {"pyarrow": pyarrow_files, "duckdb": duckdb_files, "polars": polars_files, "fastparquet": fastparquet_files,
           "datafusion": datafusion_files, "chdb": chdb_files, "deltalake": deltalake_files, "pyspark": pyspark_files}


def generate(folder, wanted):
    os.makedirs(folder, exist_ok=True)
    for package, files in WRITERS.items():
        if wanted and package not in wanted:
            continue
        try:
            version = importlib.import_module(package).__version__
            made = list(files())
        except ImportError as error:
            print(f"{package}: not installed ({error})")
            continue
        for name, write, *like in made:
            path = f"{folder}/{name}.parquet"
            try:
                write(path)
            except Exception as error:
                print(f"{name}: {str(error).splitlines()[0][:150]}")
                if os.path.exists(path):
                    os.remove(path)
                continue
            expect(path, f"{package} {version}", *like)


if __name__ == "__main__":
    generate(sys.argv[1], sys.argv[2:])
