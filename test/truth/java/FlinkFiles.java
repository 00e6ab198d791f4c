import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.formats.parquet.avro.AvroParquetWriters;
import org.apache.flink.formats.parquet.row.ParquetRowDataBuilder;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.*;
import org.apache.hadoop.conf.Configuration;

/** `java -cp CLASSPATH FlinkFiles.java FOLDER PREFIX`: files of Flink's bulk writers, by Avro and by RowData. */
public class FlinkFiles {
    static final int ROWS = 50;

    record Column(String name, LogicalType type, List<Object> values) {}

    public static void main(String[] args) throws Exception {
        for (var table : TABLES.entrySet()) {
            rows(args, table.getKey(), table.getValue(), true, Map.of());
            if (table.getKey().endsWith("timestamps")) {
                rows(args, table.getKey() + "_local", table.getValue(), false, Map.of());
                for (var unit : table.getKey().startsWith("old") ? List.of("micros") : List.of("millis", "micros", "nanos"))
                    rows(args, table.getKey() + "_" + unit, table.getValue(), true, Map.of("parquet.write.int64.timestamp", "true", "parquet.timestamp.time.unit", unit));
            }
        }
        for (var codec : List.of("ZSTD", "GZIP", "LZ4_RAW", "UNCOMPRESSED"))
            rows(args, "integers_" + codec.toLowerCase(), TABLES.get("integers"), true, Map.of("parquet.compression", codec));
        rows(args, "floats_v2", TABLES.get("floats"), true, Map.of("parquet.writer.version", "PARQUET_2_0", "parquet.enable.dictionary", "false"));
        rows(args, "decimals_bloom", TABLES.get("decimals"), true, Map.of("parquet.bloom.filter.enabled", "true"));
        avro(args);
    }

    static void rows(String[] args, String name, List<Column> columns, boolean utc, Map<String, String> settings) {
        var conf = new Configuration();
        conf.set("parquet.compression", "SNAPPY");
        settings.forEach(conf::set);
        var type = new RowType(columns.stream().map(each -> new RowType.RowField(each.name(), each.type())).toList());
        var rows = new ArrayList<RowData>();
        for (int row = 0; row < ROWS; row++) {
            var at = row;
            rows.add(GenericRowData.of(columns.stream().map(each -> each.values().get(at % each.values().size())).toArray()));
        }
        write(args, name, ParquetRowDataBuilder.createWriterFactory(type, conf, utc), rows);
    }

    static <T> void write(String[] args, String name, BulkWriter.Factory<T> factory, List<T> rows) {
        var path = Path.of(args[0], args[1] + "_" + name + ".parquet");
        var target = new org.apache.flink.core.fs.Path(path.toUri());
        try (var out = LocalFileSystem.getSharedInstance().create(target, FileSystem.WriteMode.OVERWRITE)) {
            var writer = factory.create(out);
            for (var row : rows) writer.addElement(row);
            writer.finish();
        } catch (Exception | LinkageError error) {
            System.out.println(path.getFileName() + ": " + error);
            path.toFile().delete();
        }
    }

    static void avro(String[] args) {
        var schema = new Schema.Parser().parse("""
            {"type": "record", "name": "Golden", "fields": [
              {"name": "id", "type": "int"}, {"name": "text", "type": ["null", "string"]}, {"name": "real", "type": "double"},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "tags", "type": {"type": "array", "items": "string"}},
              {"name": "ones", "type": {"type": "array", "items": {"type": "record", "name": "One", "fields": [{"name": "q", "type": "int"}]}}},
              {"name": "counts", "type": {"type": "map", "values": "long"}}]}""");
        var one = schema.getField("ones").schema().getElementType();
        var rows = new ArrayList<GenericRecord>();
        for (int row = 0; row < ROWS; row++) {
            var record = new GenericData.Record(schema);
            record.put("id", row);
            record.put("text", row % 3 == 0 ? null : "a" + row % 5);
            record.put("real", row / 4.0);
            record.put("at", 1_795_262_400_123L);
            record.put("tags", row % 2 == 0 ? List.of("x", "y") : List.of());
            var item = new GenericData.Record(one);
            item.put("q", row);
            record.put("ones", List.of(item));
            record.put("counts", Map.of("k", (long) row));
            rows.add(record);
        }
        write(args, "avro", AvroParquetWriters.forGenericRecord(schema), rows);
    }

    static final Map<String, List<Column>> TABLES = new LinkedHashMap<>();

    static void table(String name, Column... columns) {
        var numbers = new ArrayList<Object>();
        for (int row = 0; row < ROWS; row++) numbers.add(row);
        var all = new ArrayList<>(List.of(new Column("id", new IntType(false), numbers)));
        all.addAll(List.of(columns));
        TABLES.put(name, all);
    }

    /** A column that may be null, and is so in every last row of a round of its values. */
    static Column column(String name, LogicalType type, Object... values) {
        var all = new ArrayList<>(Arrays.asList(values));
        all.add(null);
        return new Column(name, type, all);
    }

    static StringData text(String value) {
        return StringData.fromString(value);
    }

    static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new java.math.BigDecimal(value), precision, scale);
    }

    static GenericArrayData list(Object... values) {
        return new GenericArrayData(values);
    }

    static RowType row(Object... fields) {
        var all = new ArrayList<RowType.RowField>();
        for (int at = 0; at < fields.length; at += 2) all.add(new RowType.RowField((String) fields[at], (LogicalType) fields[at + 1]));
        return new RowType(all);
    }

    static {
        var text = new VarCharType(VarCharType.MAX_LENGTH);
        table("integers", column("i8", new TinyIntType(), (byte) -128, (byte) 127), column("i16", new SmallIntType(), (short) -32768, (short) 32767),
            column("i32", new IntType(), Integer.MIN_VALUE, Integer.MAX_VALUE), column("i64", new BigIntType(), Long.MIN_VALUE, Long.MAX_VALUE),
            column("flag", new BooleanType(), true, false));
        table("floats", column("f32", new FloatType(), 0.5f, -1.25f, Float.NaN), column("f64", new DoubleType(), 0.1, -1e300));
        table("decimals", column("d9", new DecimalType(9, 2), decimal("1234567.89", 9, 2), decimal("-0.01", 9, 2)),
            column("d18", new DecimalType(18, 4), decimal("-12345678901234.5678", 18, 4)),
            column("d38", new DecimalType(38, 10), decimal("9".repeat(28) + ".5", 38, 10), decimal("-1", 38, 10)));
        table("texts", column("text", text, text("a"), text("ä€😀"), text("")), column("padded", new CharType(3), text("a  ")),
            column("short", new VarCharType(5), text("abc")), column("raw", new VarBinaryType(9), new byte[] {-1, 0}), column("fixed", new BinaryType(2), new byte[] {1, 2}));
        table("days", column("on_day", new DateType(), 20778, -1), column("clock", new TimeType(3), 45_000_000, 0));
        table("old_days", column("on_day", new DateType(), -719162, -141433));
        var noon = TimestampData.fromLocalDateTime(LocalDateTime.of(2026, 11, 21, 12, 0, 0, 123_456_789));
        var before = TimestampData.fromLocalDateTime(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000));
        table("timestamps", column("ts3", new TimestampType(3), noon, before), column("ts6", new TimestampType(6), noon, before),
            column("ts9", new TimestampType(9), noon, before), column("ltz", new LocalZonedTimestampType(6), noon, before));
        var old = TimestampData.fromLocalDateTime(LocalDateTime.of(1500, 6, 1, 0, 0));
        table("old_timestamps", column("ts", new TimestampType(6), old, TimestampData.fromLocalDateTime(LocalDateTime.of(1700, 1, 1, 0, 0))));
        var pair = row("a", new IntType(), "b", text);
        table("lists", column("ints", new ArrayType(new IntType()), list(1, null), list()), column("texts", new ArrayType(text), list(text("a"))),
            column("deep", new ArrayType(new ArrayType(new BigIntType())), list(list(1L), list())),
            column("many", new ArrayType(pair), list(GenericRowData.of(1, text("x")))), column("ones", new ArrayType(row("q", new IntType())), list(GenericRowData.of(1))));
        table("maps", column("counts", new MapType(text.copy(false), new IntType()), map(text("a"), 1, text("b"), null), map()),
            column("by_id", new MapType(new BigIntType(false), pair), map(1L, GenericRowData.of(1, text("x")))),
            column("loose", new MapType(text, new BigIntType()), map(text("a"), 1L)), column("bag", new MultisetType(text.copy(false)), map(text("a"), 2)));
        table("structs", column("pair", pair, GenericRowData.of(1, text("x")), GenericRowData.of(2, null)),
            column("deep", row("p", row("q", row("r", text))), GenericRowData.of(GenericRowData.of(GenericRowData.of(text("z"))))),
            column("after", new DoubleType(), 0.25), column("text", text, text("a")));
        table("odd_names", column("a b", new IntType(), 1), column("Upper", new IntType(), 1), column("c.d", new IntType(), 1));
        table("nulls", column("nothing", text), column("no_list", new ArrayType(new IntType())));
    }

    static GenericMapData map(Object... pairs) {
        var all = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) all.put(pairs[at], pairs[at + 1]);
        return new GenericMapData(all);
    }
}
