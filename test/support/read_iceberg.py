"""What PyIceberg finds in a table: read_iceberg.py METADATA_FILE; JSON lists of entries and files."""
import base64, json, sys
from pyiceberg.table import StaticTable


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


inspect = StaticTable.from_metadata(sys.argv[1]).inspect
print(json.dumps({'entries': plain(inspect.entries().to_pylist()), 'files': plain(inspect.files().to_pylist())}))
