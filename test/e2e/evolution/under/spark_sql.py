"""Spark answers SQL over local files: first a line of JSON {view: {"folder": ..., "schema": DDL}}, then one statement a line, as JSON text.

Each is answered with a line: {"rows": [[text, ...], ...]} or {"error": text}. A view's folder has a folder packing=NAME for each partition.
"""
import json
import os
import sys

out = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)

from pyspark.sql import SparkSession  # noqa: E402

spark = (
    SparkSession.builder.master('local[1]')
    .config('spark.ui.enabled', 'false')
    .config('spark.sql.session.timeZone', 'UTC')
    .config('spark.sql.shuffle.partitions', '1')
    .config('spark.sql.sources.partitionColumnTypeInference.enabled', 'false')
    .getOrCreate()
)
spark.sparkContext.setLogLevel('OFF')
for view, spec in json.loads(sys.stdin.readline()).items():
    spark.read.schema(f"{spec['schema']}, packing string").parquet(spec['folder']).createOrReplaceTempView(view)


def text(value):
    return None if value is None else str(value)


for line in sys.stdin:
    try:
        rows = spark.sql(json.loads(line)).collect()
        answer = {'rows': [[text(value) for value in row] for row in rows]}
    except Exception as error:
        answer = {'error': str(error)}
    out.write(json.dumps(answer) + '\n')
    out.flush()
