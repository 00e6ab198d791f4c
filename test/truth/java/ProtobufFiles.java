import com.google.protobuf.BoolValue;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int32Value;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.TextFormat;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.WrappersProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.proto.ProtoParquetWriter;

/** `java -cp CLASSPATH ProtobufFiles.java FOLDER PREFIX`: files of parquet-protobuf, as it writes lists by default and as the specification has them. */
public class ProtobufFiles {
    static final int ROWS = 50;
    static final Map<String, String> SPEC = Map.of("parquet.proto.writeSpecsCompliant", "true");
    static final Map<String, String> UNWRAPPED = Map.of("parquet.proto.writeSpecsCompliant", "true", "parquet.proto.unwrapProtoWrappers", "true");

    public static void main(String[] args) throws Exception {
        var file = FileDescriptor.buildFrom(TextFormat.parse(schema(), FileDescriptorProto.class),
            new FileDescriptor[] {WrappersProto.getDescriptor(), TimestampProto.getDescriptor()});
        for (var message : file.getMessageTypes()) {
            var rows = ROWS_OF.get(message.getName());
            if (rows == null) continue;
            write(args, message, "", rows, Map.of());
            if (FIELDS.get(message.getName()).stream().anyMatch(each -> each.matches(".*(\\*|map:.*|Numbers|Points)"))) write(args, message, "_spec", rows, SPEC);
        }
        write(args, file.findMessageTypeByName("Wrapped"), "_unwrapped", ROWS_OF.get("Wrapped"), UNWRAPPED);
    }

    static void write(String[] args, Descriptor message, String suffix, List<String> rows, Map<String, String> settings) {
        var conf = new Configuration();
        settings.forEach(conf::set);
        var path = Path.of(args[0], args[1] + "_" + message.getName().toLowerCase() + suffix + ".parquet");
        var builder = ProtoParquetWriter.<DynamicMessage>builder(new LocalOutputFile(path)).withDescriptor(message).withConf(conf);
        try (var writer = builder.withCompressionCodec(CompressionCodecName.SNAPPY).build()) {
            for (int row = 0; row < ROWS; row++) {
                var value = DynamicMessage.newBuilder(message);
                TextFormat.merge(rows.get(row % rows.size()).replace('\'', '"').replace("ROW", "" + row), value);
                writer.write(withWrappers(value).build());
            }
        } catch (Exception | LinkageError error) {
            System.out.println(path.getFileName() + ": " + error);
            path.toFile().delete();
        }
    }

    /** Where wrappers are unwrapped, the writer wants them as the classes that protobuf brings. */
    static DynamicMessage.Builder withWrappers(DynamicMessage.Builder value) throws Exception {
        for (var field : Map.copyOf(value.getAllFields()).entrySet()) {
            var known = field.getKey().getJavaType() == JavaType.MESSAGE && !field.getKey().isRepeated() ? KNOWN.get(field.getKey().getMessageType().getName()) : null;
            if (known != null) value.setField(field.getKey(), known.getParserForType().parseFrom(((Message) field.getValue()).toByteString()));
        }
        return value;
    }

    static final Map<String, Message> KNOWN = Map.of("StringValue", StringValue.getDefaultInstance(), "Int32Value", Int32Value.getDefaultInstance(),
        "Int64Value", Int64Value.getDefaultInstance(), "UInt32Value", UInt32Value.getDefaultInstance(), "BoolValue", BoolValue.getDefaultInstance(),
        "DoubleValue", DoubleValue.getDefaultInstance(), "Timestamp", Timestamp.getDefaultInstance());

    /** Messages, and rows of each in protobuf's text form. */
    static final Map<String, List<String>> ROWS_OF = Map.ofEntries(
        Map.entry("Scalars", List.of("id: ROW i64: -9 s32: -5 f64: 7 flag: true real: 0.5 half: 1.5 text: 'a' raw: '\\377\\000'", "id: ROW text: 'ä€'", "id: ROW")),
        Map.entry("Unsigned", List.of("id: ROW u32: 5 u64: 7 x32: 1 x64: 2", "id: ROW")),
        Map.entry("Unsigned_over", List.of("id: ROW u32: 3000000000 u64: 9223372036854775813", "id: ROW")),
        Map.entry("Enums", List.of("id: ROW kind: OLD kinds: [NEW, OLD] by_name { key: 'a' value: OLD }", "id: ROW")),
        Map.entry("Repeats", List.of("id: ROW ints: [1, 2] texts: ['a'] points { x: 1 y: 2 } points { x: 3 } ones { q: 4 }", "id: ROW", "id: ROW ints: 5")),
        Map.entry("Numbers_within", List.of("id: ROW bag { ints: [1, 2] texts: 'a' }", "id: ROW bag { }", "id: ROW")),
        Map.entry("Points_within", List.of("id: ROW bag { points { x: 1 y: 2 } points { x: 3 } }", "id: ROW bag { }", "id: ROW")),
        Map.entry("Maps", List.of("id: ROW counts { key: 'a' value: 1 } points { key: 2 value { x: 1 } }", "id: ROW")),
        Map.entry("Nested", List.of("id: ROW point { x: 1 y: 2 } deep { point { x: 3 } } text: 'a' real: 0.5", "id: ROW deep { }", "id: ROW")),
        Map.entry("Choice", List.of("id: ROW number: 1", "id: ROW text: 'a'", "id: ROW point { x: 1 }", "id: ROW maybe: 0")),
        Map.entry("Wrapped", List.of("id: ROW text { value: 'a' } i32 { value: 1 } i64 { value: 2 } u32 { value: 3 } flag { value: true } real { value: 0.5 } at { seconds: 1795262400 nanos: 123000000 }", "id: ROW text { }", "id: ROW")));

    static final Map<String, List<String>> FIELDS = new java.util.LinkedHashMap<>();

    static {
        FIELDS.put("Point", List.of("x int32", "y int32"));
        FIELDS.put("One", List.of("q int32"));
        FIELDS.put("Numbers", List.of("ints int32*", "texts string*"));
        FIELDS.put("Points", List.of("points Point*"));
        FIELDS.put("Middle", List.of("point Point"));
        FIELDS.put("Scalars", List.of("id int32", "i64 int64", "s32 sint32", "f64 sfixed64", "flag bool", "real double", "half float", "text string", "raw bytes"));
        FIELDS.put("Unsigned", List.of("id int32", "u32 uint32", "u64 uint64", "x32 fixed32", "x64 fixed64"));
        FIELDS.put("Unsigned_over", List.of("id int32", "u32 uint32", "u64 uint64"));
        FIELDS.put("Enums", List.of("id int32", "kind Kind", "kinds Kind*", "by_name map:string:Kind"));
        FIELDS.put("Repeats", List.of("id int32", "ints int32*", "texts string*", "points Point*", "ones One*"));
        FIELDS.put("Numbers_within", List.of("id int32", "bag Numbers"));
        FIELDS.put("Points_within", List.of("id int32", "bag Points"));
        FIELDS.put("Maps", List.of("id int32", "counts map:string:int64", "points map:int32:Point"));
        FIELDS.put("Nested", List.of("id int32", "point Point", "deep Middle", "text string", "real double"));
        FIELDS.put("Choice", List.of("id int32", "number int32|", "text string|", "point Point|", "maybe int32?"));
        FIELDS.put("Wrapped", List.of("id int32", "text google.protobuf.StringValue", "i32 google.protobuf.Int32Value", "i64 google.protobuf.Int64Value",
            "u32 google.protobuf.UInt32Value", "flag google.protobuf.BoolValue", "real google.protobuf.DoubleValue", "at google.protobuf.Timestamp"));
    }

    /** A FileDescriptorProto in text form, so that no protoc is needed. */
    static String schema() {
        var text = new StringBuilder("name: 'golden.proto' syntax: 'proto3' package: 'golden' dependency: 'google/protobuf/wrappers.proto' dependency: 'google/protobuf/timestamp.proto'"
            + " enum_type { name: 'Kind' value { name: 'NEW' number: 0 } value { name: 'OLD' number: 1 } }");
        FIELDS.forEach((name, fields) -> {
            text.append(" message_type { name: '" + name + "'");
            for (int at = 0; at < fields.size(); at++) text.append(field(name, fields.get(at), at + 1));
            var last = fields.get(fields.size() - 1);
            if (fields.stream().anyMatch(each -> each.endsWith("|"))) text.append(" oneof_decl { name: 'either' }");
            if (last.endsWith("?")) text.append(" oneof_decl { name: '_maybe' }");
            text.append(" }");
        });
        return text.toString().replace('\'', '"');
    }

    /** `name type`, and `*` for repeated ones, `|` for a choice of a oneof, `?` for one with presence. */
    static String field(String message, String spec, int number) {
        var parts = spec.replaceAll("[*|?]$", "").split(" ");
        var start = " field { name: '" + parts[0] + "' number: " + number;
        if (parts[1].startsWith("map:")) {
            var pair = parts[1].split(":");
            var words = parts[0].split("_");
            var entry = new StringBuilder();
            for (var word : words) entry.append(word.substring(0, 1).toUpperCase()).append(word.substring(1));
            return start + " label: LABEL_REPEATED type: TYPE_MESSAGE type_name: '.golden." + message + "." + entry + "Entry' } nested_type { name: '" + entry
                + "Entry'" + field(message, "key " + pair[1], 1) + field(message, "value " + pair[2], 2) + " options { map_entry: true } }";
        }
        var label = spec.endsWith("*") ? "LABEL_REPEATED" : "LABEL_OPTIONAL";
        var oneof = spec.endsWith("|") ? " oneof_index: 0" : spec.endsWith("?") ? " oneof_index: 1 proto3_optional: true" : "";
        return start + " label: " + label + oneof + typeOf(parts[1]) + " }";
    }

    static String typeOf(String name) {
        if (name.equals("Kind")) return " type: TYPE_ENUM type_name: '.golden.Kind'";
        if (name.startsWith("google")) return " type: TYPE_MESSAGE type_name: '." + name + "'";
        return Character.isUpperCase(name.charAt(0)) ? " type: TYPE_MESSAGE type_name: '.golden." + name + "'" : " type: TYPE_" + name.toUpperCase();
    }
}
