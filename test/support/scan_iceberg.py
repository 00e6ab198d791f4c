"""Whether PyIceberg reads an Iceberg table as pyarrow reads its files: scan_iceberg.py METADATA_FILE, with {"files": {path: {key: value}}} on
standard input: the values of each file's partition. Prints what differs, a list of sentences, and how many rows and questions there were."""
import datetime
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import AlwaysTrue, EqualTo, GreaterThanOrEqual, IsNull, LessThan, NotNull
from pyiceberg.table import StaticTable

table = StaticTable.from_metadata(sys.argv[1])
schema = table.schema()
files = json.load(sys.stdin)['files']
found = []
asked = 0


def lowered(value):
    if isinstance(value, dict):
        return {key.lower(): lowered(each) for key, each in value.items()}
    if isinstance(value, list):
        return [lowered(each) for each in value]
    return value


def as_table(value, kind):
    """With the fields that the table has, in its order."""
    if value is None:
        return None
    if kind.is_struct:
        return {field.name: as_table(value.get(field.name), field.field_type) for field in kind.fields}
    if hasattr(kind, 'element_type'):
        return [as_table(each, kind.element_type) for each in value]
    if hasattr(kind, 'key_type'):
        pairs = value.items() if isinstance(value, dict) else value
        return [(as_table(key, kind.key_type), as_table(each, kind.value_type)) for key, each in pairs]
    return value


expected = []
for path, keys in files.items():
    for row in pq.ParquetFile(path).read().to_pylist():
        row = {**lowered(row), **keys}
        expected.append({field.name: as_table(row.get(field.name), field.field_type) for field in schema.fields})


def text(row):
    return json.dumps({key: str(value) for key, value in row.items()}, sort_keys=True)


def compare(what, expression, wanted):
    global asked
    asked += 1
    got = sorted(text({f.name: as_table(lowered(row[f.name]) if f.field_type.is_struct else row[f.name], f.field_type) for f in schema.fields})
                 for row in table.scan(row_filter=expression).to_arrow().to_pylist())
    if got != sorted(map(text, wanted)):
        found.append(f'{what}: {got} instead of {sorted(map(text, wanted))}')


def comparable(kind):
    # PyIceberg 0.12.0 fails on a decimal that has more digits than the column had in a file.
    return kind.is_primitive and not str(kind).startswith(('binary', 'uuid', 'fixed', 'decimal'))


days = {field.name for field in schema.fields if str(field.field_type) == 'date'}
for row in expected:
    for name in days:
        if isinstance(row[name], str):
            row[name] = datetime.date.fromisoformat(row[name])

compare('all rows', AlwaysTrue(), expected)
# Of a wide table some columns will do.
for field in schema.fields[:40]:
    if not comparable(field.field_type):
        continue
    name = field.name
    compare(f'{name} is null', IsNull(name), [row for row in expected if row[name] is None])
    compare(f'{name} is not null', NotNull(name), [row for row in expected if row[name] is not None])
    for value in {row[name] for row in expected if row[name] is not None}:
        literal = value.isoformat() if hasattr(value, 'isoformat') else value
        for operator, holds in ((EqualTo, lambda a, b: a == b), (LessThan, lambda a, b: a < b), (GreaterThanOrEqual, lambda a, b: a >= b)):
            compare(f'{name} {operator.__name__} {value}', operator(name, literal),
                    [row for row in expected if row[name] is not None and holds(row[name], value)])

kinds = {field.field_id: field for field in schema.fields}
bounds = 0
for file in table.inspect.files().to_pylist():
    rows = [lowered(row) for row in pq.ParquetFile(file['file_path']).read().to_pylist()]
    if file['record_count'] != len(rows):
        found.append(f'{file["file_path"]} has {len(rows)} rows, its entry {file["record_count"]}')
    for side, isOutside in (('lower_bounds', lambda bound, value: bound > value), ('upper_bounds', lambda bound, value: bound < value)):
        for identifier, encoded in file[side] or []:
            field = kinds[identifier]
            bound = from_bytes(field.field_type, encoded)
            values = [row.get(field.name) for row in rows]
            values = [value for value in values if value is not None and value == value]
            bounds += 1
            if str(field.field_type) == 'date':
                bound = datetime.date(1970, 1, 1) + datetime.timedelta(days=bound)
            if str(field.field_type).startswith('timestamp'):
                epoch = datetime.datetime(1970, 1, 1)
                values = [(value.replace(tzinfo=None) - epoch) // datetime.timedelta(microseconds=1) for value in values]
            if any(isOutside(bound, value) for value in values):
                found.append(f'{side} of {field.name}: {bound} of {values}')
    for identifier, count in file['null_value_counts'] or []:
        nulls = sum(row.get(kinds[identifier].name) is None for row in rows)
        if nulls != count:
            found.append(f'{kinds[identifier].name} has {nulls} nulls, its entry {count}')

print(json.dumps({'found': found, 'rows': len(expected), 'asked': asked, 'bounds': bounds}))
