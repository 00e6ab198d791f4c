import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** `java -cp CLASSPATH AvroFiles.java FOLDER PREFIX [packed]`: files of parquet-avro, of the version in the class path; in several packings. */
public class AvroFiles {
    static final int ROWS = 50;
    static final String OLD = "OLD_LISTS", NEW = "NEW_LISTS";
    static final GenericData DATA = GenericData.get();

    record Column(String name, Schema type, List<Object> values) {}

    interface Option extends UnaryOperator<AvroParquetWriter.Builder<GenericRecord>> {}

    public static void main(String[] args) {
        for (var table : TABLES.entrySet()) {
            var lists = table.getValue().stream().anyMatch(column -> column.type().toString().contains("\"array\""));
            write(args, table.getKey(), table.getValue(), builder -> builder, NEW);
            if (lists) write(args, table.getKey() + "_old", table.getValue(), builder -> builder, OLD);
        }
        if (args.length > 2) packed(args);
        write(args, "uuid_fixed", TABLES.get("uuid"), builder -> builder, NEW, "parquet.avro.write-parquet-uuid", "true");
        write(args, "int96", TABLES.get("twelve"), builder -> builder, NEW, "parquet.avro.writeFixedAsInt96", "at");
    }

    static void packed(String[] args) {
        OPTIONS.forEach((option, set) -> write(args, "scalars_" + option, TABLES.get("scalars"), set, NEW));
        for (var name : List.of("floats", "decimals"))
            for (var option : List.of("plain", "v2_plain", "bloom", "split"))
                write(args, name + "_" + option, TABLES.get(name), OPTIONS.get(option), NEW);
    }

    static void write(String[] args, String name, List<Column> columns, Option option, String lists, String... settings) {
        var schema = Schema.createRecord("Golden", null, "org.example", false);
        schema.setFields(columns.stream().map(each -> new Schema.Field(each.name(), each.type(), null, null)).toList());
        var conf = new Configuration();
        conf.setBoolean("parquet.avro.write-old-list-structure", lists.equals(OLD));
        for (int at = 0; at < settings.length; at += 2) conf.set(settings[at], settings[at + 1]);
        var path = Path.of(args[0], args[1] + "_" + name + ".parquet");
        var builder = AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(path)).withSchema(schema).withConf(conf);
        try (ParquetWriter<GenericRecord> writer = option.apply(builder.withCompressionCodec(CompressionCodecName.SNAPPY)).build()) {
            for (int row = 0; row < ROWS; row++) {
                var record = new GenericData.Record(schema);
                for (var column : columns) record.put(column.name(), column.values().get(row % column.values().size()));
                writer.write(record);
            }
        } catch (Exception | LinkageError error) {
            System.out.println(path.getFileName() + ": " + error);
            path.toFile().delete();
        }
    }

    static final Map<String, Option> OPTIONS = new LinkedHashMap<>();

    static {
        for (var codec : List.of("GZIP", "ZSTD", "LZ4_RAW", "LZ4", "UNCOMPRESSED"))
            OPTIONS.put(codec.toLowerCase(), builder -> builder.withCompressionCodec(CompressionCodecName.valueOf(codec)));
        OPTIONS.put("plain", builder -> builder.withDictionaryEncoding(false));
        OPTIONS.put("v2", builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0));
        OPTIONS.put("v2_plain", builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0).withDictionaryEncoding(false));
        OPTIONS.put("bloom", builder -> builder.withBloomFilterEnabled(true));
        OPTIONS.put("split", builder -> builder.withDictionaryEncoding(false).withByteStreamSplitEncoding(true));
        OPTIONS.put("unproven", builder -> builder.withStatisticsEnabled(false));
        OPTIONS.put("pages", builder -> builder.withPageRowCountLimit(7).withPageWriteChecksumEnabled(true));
    }

    static final Map<String, List<Column>> TABLES = new LinkedHashMap<>();

    static void table(String name, Column... columns) {
        var all = new ArrayList<>(List.of(new Column("id", type("'int'"), count())));
        all.addAll(List.of(columns));
        TABLES.put(name, all);
    }

    static List<Object> count() {
        var numbers = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) numbers.add(row);
        return numbers;
    }

    /** A column that may be null, and is so in every last row of a round of its values. */
    static Column column(String name, String type, Object... values) {
        var all = new ArrayList<>(Arrays.asList(values));
        all.add(null);
        return new Column(name, Schema.createUnion(Schema.create(Schema.Type.NULL), type(type)), all);
    }

    static Column required(String name, String type, Object... values) {
        return new Column(name, type(type), List.of(values));
    }

    static Schema type(String json) {
        return new Schema.Parser().parse(json.replace('\'', '"'));
    }

    static String logical(String type, String name) {
        return "{'type': '" + type + "', 'logicalType': '" + name + "'}";
    }

    static String decimal(String base, int precision, int scale) {
        return "{" + base + ", 'logicalType': 'decimal', 'precision': " + precision + ", 'scale': " + scale + "}";
    }

    static String list(String element) {
        return "{'type': 'array', 'items': " + element + "}";
    }

    static String map(String value) {
        return "{'type': 'map', 'values': " + value + "}";
    }

    static String struct(String name, String... fields) {
        var all = Arrays.stream(fields).map(each -> each.split(": ", 2)).map(each -> "{'name': '" + each[0] + "', 'type': " + each[1] + "}");
        return "{'type': 'record', 'name': '" + name + "', 'fields': [" + String.join(", ", all.toList()) + "]}";
    }

    static Object of(String type, Object... fields) {
        var record = new GenericData.Record(type(type));
        for (int at = 0; at < fields.length; at++) record.put(at, fields[at]);
        return record;
    }

    static ByteBuffer bytes(int... values) {
        var all = ByteBuffer.allocate(values.length);
        for (int value : values) all.put((byte) value);
        return all.flip();
    }

    static Object fixed(String type, int... values) {
        return new GenericData.Fixed(type(type), bytes(values).array());
    }

    /** Sixteen bytes, the last of them these. */
    static int[] wide(int sign, int... last) {
        var all = new int[16];
        Arrays.fill(all, sign);
        System.arraycopy(last, 0, all, 16 - last.length, last.length);
        return all;
    }

    static {
        table("scalars", column("i32", "'int'", Integer.MIN_VALUE, Integer.MAX_VALUE), column("i64", "'long'", Long.MIN_VALUE, Long.MAX_VALUE),
            column("flag", "'boolean'", true, false), column("text", "'string'", "a", "ä€😀", ""),
            column("raw", "'bytes'", bytes(255, 254), bytes()));
        table("required", required("i64", "'long'", 1L, -1L), required("text", "'string'", "a", "b"), required("real", "'double'", 0.5),
            required("texts", list("'string'"), List.of("a"), List.of()));
        table("floats", column("f32", "'float'", 0.5f, -1.25f), column("f64", "'double'", 0.1, -1e300), column("text", "'string'", "a"));
        table("odd_floats", column("f32", "'float'", Float.NaN, Float.POSITIVE_INFINITY), column("f64", "'double'", -0.0, Double.NaN, 1.0));
        var kind = "{'type': 'enum', 'name': 'Kind', 'symbols': ['NEW', 'OLD']}";
        table("enums", column("kind", kind, new GenericData.EnumSymbol(type(kind), "NEW"), new GenericData.EnumSymbol(type(kind), "OLD")),
            column("kinds", list(kind.replace("Kind", "Other")), List.of(new GenericData.EnumSymbol(type(kind.replace("Kind", "Other")), "OLD"))));
        table("uuid", column("u", logical("string", "uuid"), "00112233-4455-6677-8899-aabbccddeeff"));
        var five = "{'type': 'fixed', 'name': 'Five', 'size': 5}";
        table("fixed", column("five", five, fixed(five, 1, 2, 3, 4, 5), fixed(five, 255, 0, 0, 0, 0)));
        var nine = decimal("'type': 'fixed', 'name': 'Nine', 'size': 4", 9, 2);
        var most = decimal("'type': 'fixed', 'name': 'Most', 'size': 16", 38, 10);
        table("decimals", column("d9", decimal("'type': 'bytes'", 9, 2), bytes(1, 2, 3), bytes(255)),
            column("d20", decimal("'type': 'bytes'", 20, 2), bytes(0, 128, 0, 0, 0, 0, 0, 0, 1), bytes(128)),
            column("f9", nine, fixed(nine, 1, 2, 3, 4), fixed(nine, 255, 255, 255, 255)),
            column("f38", most, fixed(most, wide(0, 9, 9, 9)), fixed(most, wide(255, 1, 2, 3))));
        table("wide_decimals", column("d50", decimal("'type': 'bytes'", 50, 10), bytes(1, 2, 3)));
        table("dates", column("on_day", logical("int", "date"), 20778, -1, -141427));
        table("old_dates", column("on_day", logical("int", "date"), -719162, -141433));
        table("clocks", column("us", logical("long", "time-micros"), 45_000_000_000L, 0L));
        table("milli_clocks", column("ms", logical("int", "time-millis"), 45_000_000, 0));
        long noon = 1_795_262_400_123_456L;
        table("timestamps", column("ms", logical("long", "timestamp-millis"), noon / 1000, -1L), column("us", logical("long", "timestamp-micros"), noon, -1L),
            column("local_ms", logical("long", "local-timestamp-millis"), noon / 1000, -1L),
            column("local_us", logical("long", "local-timestamp-micros"), noon, -1L));
        table("old_timestamps", column("us", logical("long", "timestamp-micros"), -62_135_596_800_000_000L, -14_817_600_000_000_000L));
        table("nanos", column("ns", logical("long", "timestamp-nanos"), noon * 1000 + 789, -1L),
            column("local_ns", logical("long", "local-timestamp-nanos"), noon * 1000, -1L));
        var one = struct("One", "q: 'int'");
        var two = struct("Two", "a: 'int'", "b: ['null', 'string']");
        table("lists", column("ints", list("'int'"), List.of(1, 2), List.of()), column("texts", list("'string'"), List.of("a")),
            column("deep", list(list("'long'")), List.of(List.of(1L), List.of())),
            column("many", list(two), List.of(of(two, 1, "x"), of(two, 2, null))), column("maps", list(map("'int'")), List.of(Map.of("a", 1))));
        table("single_lists", column("ones", list(one), List.of(of(one, 1), of(one, 2)), List.of()));
        table("null_lists", column("ints", list("['null', 'int']"), Arrays.asList(1, null), List.of()),
            column("ones", list("['null', " + one + "]"), Arrays.asList(of(one, 1), null)));
        table("maps", column("counts", map("'int'"), Map.of("a", 1), Map.of()), column("gaps", map("['null', 'int']"), java.util.Collections.singletonMap("a", null)),
            column("by_name", map(two), Map.of("k", of(two, 1, "x"))), column("lists", map(list("'string'")), Map.of("k", List.of("a"))),
            column("deep", map(map("'long'")), Map.of("k", Map.of("m", 1L))));
        var inner = struct("Inner", "c: ['null', 'string']");
        var middle = struct("Middle", "b: " + inner, "real: 'double'");
        var outer = struct("Outer", "a: ['null', " + middle + "]", "tags: " + list("'string'"));
        table("records", column("pair", two, of(two, 1, "x"), of(two, 2, null)),
            column("deep", outer, of(outer, of(middle, of(inner, "z"), 0.5), List.of("t")), of(outer, null, List.of())), column("after", "'double'", 0.25),
            column("text", "'string'", "a"));
        table("unions", new Column("either", type("['null', 'int', 'string']"), Arrays.asList(1, "a", null)),
            new Column("always", type("['int', 'string']"), List.of(1, "a")));
        table("nulls", column("nothing", "'string'"), column("no_list", list("'int'")), column("no_record", struct("None", "n: 'int'")));
        table("names", column("Upper", "'int'", 1), column("select", "'int'", 1), column("_under", "'int'", 1),
            column("s", struct("Names", "Upper: 'int'", "_x: 'int'", "timestamp: 'int'"), of(struct("Names", "Upper: 'int'", "_x: 'int'", "timestamp: 'int'"), 1, 2, 3)));
        var time = "{'type': 'fixed', 'name': 'Int96', 'size': 12}";
        // 2026-11-21 12:00:00.123456789
        table("twelve", column("at", time, fixed(time, 0x15, 0x4d, 0x03, 0x50, 0x4a, 0x27, 0x00, 0x00, 0xb6, 0x8e, 0x25, 0x00)));
    }
}
