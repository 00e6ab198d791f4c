"""What Spark reads of Parquet files under given columns: JSON lines of {spec, column, values} or {spec, column, error}; spec is its number.

    $STACK_PYTHON spark_values.py < SPECS        a JSON list of {file, columns: [{name, type}], where?}; a file may be a folder, types are Hive's

Values are printed as test/fixtures/kinds.py does. Needs the stack's component `writers`, and TZ=UTC.
"""
import datetime
import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql import types as t


def plain(value, spark):
    if value is None:
        return None
    if isinstance(spark, t.StructType):
        return {f.name: plain(value[f.name], f.dataType) for f in spark.fields}
    if isinstance(spark, t.ArrayType):
        return [plain(item, spark.elementType) for item in value]
    if isinstance(spark, t.MapType):
        return [[plain(key, spark.keyType), plain(item, spark.valueType)] for key, item in value.items()]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return str(value)
    if isinstance(value, float):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(value), str(value))
    return format(value, "f") if isinstance(spark, t.DecimalType) else str(value)


def main():
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config(
        "spark.sql.session.timeZone", "UTC").config("spark.driver.host", "127.0.0.1").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    for number, spec in enumerate(json.load(sys.stdin)):
        # As for a table of a catalog: all columns are declared.
        frame = session.read.schema(", ".join(f"`{c['name']}` {c['type']}" for c in spec["columns"])).parquet(spec["file"]).where(
            spec.get("where", "true"))
        for column, reading in zip(spec["columns"], readings(frame), strict=True):
            print(json.dumps(dict(spec=number, column=column["name"], **reading)))


def readings(frame):
    """All columns in one query; where that fails, one query for each."""
    names = frame.columns
    try:
        return [dict(values=values) for values in select(frame, names)]
    except Exception:
        return [read_column(frame, name) for name in names]


def read_column(frame, name):
    try:
        return dict(values=select(frame, [name])[0])
    except Exception as error:
        return dict(error=str(error)[:300])


def select(frame, names):
    rows = frame.select(*[f"`{name}`" for name in names]).collect()
    return [[plain(row[at], frame.schema[name].dataType) for row in rows] for at, name in enumerate(names)]


if __name__ == "__main__":
    main()
