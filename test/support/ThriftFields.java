import java.util.Map;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.meta_data.EnumMetaData;
import org.apache.thrift.meta_data.FieldMetaData;
import org.apache.thrift.meta_data.FieldValueMetaData;
import org.apache.thrift.meta_data.ListMetaData;
import org.apache.thrift.meta_data.MapMetaData;
import org.apache.thrift.meta_data.StructMetaData;
import org.apache.thrift.protocol.TType;

/**
 * Prints the fields of the metastore's Thrift classes, `Struct field id type` a line, from the constants that Thrift's
 * compiler left in the release jars. Run by test/catalogs/metastore-fields.stack.test.ts.
 */
public class ThriftFields {
  public static void main(String[] names) throws Exception {
    for (String name : names) print(name, find(name));
  }

  /** The service extends fb303's, whose methods are in a package of their own. */
  static Class<?> find(String name) throws ClassNotFoundException {
    try {
      return Class.forName("org.apache.hadoop.hive.metastore.api." + name);
    } catch (ClassNotFoundException e) {
      return Class.forName("com.facebook.fb303." + name.replace("ThriftHiveMetastore", "FacebookService"));
    }
  }

  static void print(String name, Class<?> struct) throws Exception {
    Map<?, ?> fields = (Map<?, ?>) struct.getField("metaDataMap").get(null);
    System.out.println(name);
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      FieldMetaData data = (FieldMetaData) field.getValue();
      int id = ((TFieldIdEnum) field.getKey()).getThriftFieldId();
      System.out.println(name + " " + data.fieldName + " " + id + " " + type(struct, data));
    }
  }

  /** Hive 3's compiler does not tell the class of an exception, but its Java field does. */
  static String type(Class<?> struct, FieldMetaData data) {
    String type = type(data.valueMetaData);
    if (!type.equals("struct")) return type;
    for (java.lang.reflect.Field field : struct.getDeclaredFields()) {
      if (field.getName().equals(data.fieldName)) return field.getType().getSimpleName();
    }
    return type;
  }

  static String type(FieldValueMetaData value) {
    if (value instanceof ListMetaData) return "list<" + type(((ListMetaData) value).elemMetaData) + ">";
    if (value instanceof MapMetaData) {
      MapMetaData map = (MapMetaData) value;
      return "map<" + type(map.keyMetaData) + "," + type(map.valueMetaData) + ">";
    }
    if (value instanceof StructMetaData) return ((StructMetaData) value).structClass.getSimpleName();
    if (value instanceof EnumMetaData) return "i32";
    switch (value.type) {
      case TType.BOOL: return "bool";
      case TType.BYTE: return "byte";
      case TType.I16: return "i16";
      case TType.I32: return "i32";
      case TType.I64: return "i64";
      case TType.DOUBLE: return "double";
      case TType.STRING: return value.isBinary() ? "binary" : "string";
      case TType.STRUCT: return value.getTypedefName() == null ? "struct" : value.getTypedefName();
      default: return "type " + value.type;
    }
  }
}
