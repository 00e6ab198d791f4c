"""Reads Parquet folders in S3 with pyarrow alone: its own S3 client, its own reader.

Told on standard input: {"endpoint": "host:port", "accessKeyId": ..., "secretAccessKey": ..., "columns": [...],
"locations": ["s3://bucket/folder", ...]}. Writes the rows of all the folders' files as a JSON list of lists.
"""
import json
import sys

import pyarrow.dataset as ds
from pyarrow import fs

wanted = json.load(sys.stdin)
s3 = fs.S3FileSystem(
    endpoint_override=wanted['endpoint'],
    scheme='http',
    region='us-east-1',
    access_key=wanted['accessKeyId'],
    secret_key=wanted['secretAccessKey'],
)
rows = []
for location in wanted['locations']:
    folder = ds.dataset(location.removeprefix('s3://'), filesystem=s3, format='parquet')
    table = folder.to_table(columns=wanted['columns'])
    rows += [[row[name] for name in wanted['columns']] for row in table.to_pylist()]
json.dump(rows, sys.stdout)
