package io.goldsync.examples.pipeline;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.functions.sink.filesystem.BucketAssigner;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.SimpleVersionedStringSerializer;

/** The hour in which the event happened, {@code 2019/09/01/01} in UTC. Flink's DateTimeBucketAssigner takes the hour in which the job sees it. */
final class EventHours implements BucketAssigner<GenericRecord, String> {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyy/MM/dd/HH").withZone(ZoneOffset.UTC);

  @Override
  public String getBucketId(GenericRecord row, Context context) {
    return HOUR.format(Instant.ofEpochMilli((long) row.get("at")));
  }

  @Override
  public SimpleVersionedSerializer<String> getSerializer() {
    return SimpleVersionedStringSerializer.INSTANCE;
  }
}
