package io.goldsync.examples.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.avro.Conversions.DecimalConversion;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** JSON to rows of one schema: test events are left out, what does not fit is a dead letter. A number is never cut to fit its column. */
final class ToRow extends ProcessFunction<Message, GenericRecord> {
  static final OutputTag<Message> DEAD = new OutputTag<>("dead") {};

  private static final String[] REGIONS = {"north", "east", "south", "west"};

  private final String schemaText;
  private transient Schema schema;
  private transient ObjectMapper json;

  ToRow(String schemaText) {
    this.schemaText = schemaText;
  }

  @Override
  public void open(OpenContext context) {
    schema = new Schema.Parser().parse(schemaText);
    json = new ObjectMapper();
  }

  @Override
  public void processElement(Message message, Context context, Collector<GenericRecord> out) {
    try {
      JsonNode event = json.readTree(message.value);
      if (!event.path("test").asBoolean()) {
        out.collect(row(event, message));
      }
    } catch (IOException | IllegalArgumentException | ArithmeticException | DateTimeParseException e) {
      context.output(DEAD, message.because(e.getMessage().lines().findFirst().orElse("")));
    }
  }

  private GenericRecord row(JsonNode event, Message message) {
    GenericRecord row = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      row.put(field.pos(), switch (field.name()) {
        case "region" -> regionOf(event.path("customer").asText());
        case "source_partition" -> message.partition;
        case "source_offset" -> message.offset;
        default -> value(field.name(), field.schema(), event.get(field.name()));
      });
    }
    return row;
  }

  /** Stands for what enriches rows elsewhere: a table of customers. */
  private static String regionOf(String customer) {
    return REGIONS[Math.floorMod(customer.hashCode(), REGIONS.length)];
  }

  private static Object value(String name, Schema type, JsonNode from) {
    if (type.isUnion()) {
      return from == null || from.isNull() ? null : value(name, type.getTypes().get(1), from);
    }
    if (from == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    LogicalType logical = type.getLogicalType();
    if (logical instanceof LogicalTypes.TimestampMillis && from.isTextual()) {
      return Instant.parse(from.textValue()).toEpochMilli();
    }
    if (logical instanceof LogicalTypes.Decimal decimal && from.isTextual()) {
      return bytes(name, new BigDecimal(from.textValue()), decimal, type);
    }
    return switch (type.getType()) {
      case INT -> from.canConvertToInt() && from.isIntegralNumber() ? from.intValue() : misfit(name, type, from);
      case LONG -> logical == null && from.canConvertToLong() && from.isIntegralNumber() ? from.longValue() : misfit(name, type, from);
      case DOUBLE -> from.isNumber() ? from.doubleValue() : misfit(name, type, from);
      case STRING -> from.isTextual() ? from.textValue() : misfit(name, type, from);
      default -> misfit(name, type, from);
    };
  }

  private static Object bytes(String name, BigDecimal value, LogicalTypes.Decimal decimal, Schema type) {
    BigDecimal scaled = value.setScale(decimal.getScale(), RoundingMode.UNNECESSARY);
    if (scaled.precision() > decimal.getPrecision()) {
      throw new IllegalArgumentException(name + " has more digits than " + decimal.getPrecision());
    }
    return new DecimalConversion().toBytes(scaled, type, decimal);
  }

  private static Object misfit(String name, Schema type, JsonNode from) {
    throw new IllegalArgumentException(name + " is no " + type.getType().getName() + ": " + from);
  }
}
