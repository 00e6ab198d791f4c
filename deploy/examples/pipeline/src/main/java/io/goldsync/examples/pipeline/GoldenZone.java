package io.goldsync.examples.pipeline;

import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.fs.Path;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;
import org.apache.flink.formats.parquet.ParquetWriterFactory;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.filesystem.OutputFileConfig;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.apache.flink.util.ParameterTool;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * JSON events of three Kafka topics as Parquet in the golden zone: {@code LAKE/TOPIC/yyyy/MM/dd/HH/part-….parquet}. Test events are left out, each row is told its
 * customer's region, and what is no event of its topic's schema goes to the topic {@code dead-letters}.
 *
 * <p>{@code flink run golden-zone.jar --brokers HOST:PORT --lake hdfs://… [--schemas v1] [--checkpoint-seconds 60]}
 */
public final class GoldenZone {
  private static final String[] TOPICS = {"orders", "clicks", "payments"};

  public static void main(String[] args) throws Exception {
    ParameterTool settings = ParameterTool.fromArgs(args);
    StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment();
    flink.enableCheckpointing(Duration.ofSeconds(settings.getInt("checkpoint-seconds", 60)).toMillis());
    for (String topic : TOPICS) {
      topic(flink, settings, topic);
    }
    flink.execute("golden zone");
  }

  /** Operators have uids, so that the next version of the job finds their state in this one's savepoint. */
  private static void topic(StreamExecutionEnvironment flink, ParameterTool settings, String topic) throws Exception {
    Schema schema = Schemas.of(settings.get("schemas", "v1"), topic);
    var source = KafkaSource.<Message>builder()
        .setBootstrapServers(settings.getRequired("brokers"))
        .setTopics(topic)
        .setGroupId("golden-zone")
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setProperty("isolation.level", "read_committed")
        .setDeserializer(new Message.Reader())
        .build();
    var rows = flink.fromSource(source, WatermarkStrategy.noWatermarks(), topic).uid(topic + "-source")
        .process(new ToRow(schema.toString()))
        .returns(new GenericRecordAvroTypeInfo(schema)).name(topic + " rows").uid(topic + "-rows");
    rows.sinkTo(parquet(new Path(settings.getRequired("lake"), topic), schema)).name(topic + " parquet").uid(topic + "-parquet");
    deadLetters(settings, topic, rows.getSideOutput(ToRow.DEAD));
  }

  /** A file is closed at each checkpoint and gets its final name when the checkpoint is complete: not before are its rows read by anybody. */
  private static FileSink<GenericRecord> parquet(Path folder, Schema schema) {
    String text = schema.toString();
    var writer = new ParquetWriterFactory<GenericRecord>(out -> AvroParquetWriter.<GenericRecord>builder(out)
        .withSchema(new Schema.Parser().parse(text))
        .withDataModel(GenericData.get())
        .withCompressionCodec(CompressionCodecName.SNAPPY)
        .build());
    return FileSink.forBulkFormat(folder, writer)
        .withBucketAssigner(new EventHours())
        .withRollingPolicy(OnCheckpointRollingPolicy.build())
        .withOutputFileConfig(OutputFileConfig.builder().withPartSuffix(".parquet").build())
        .build();
  }

  /** The transaction must outlive the longest pause between two checkpoints; brokers allow 15 minutes unless told otherwise. */
  private static void deadLetters(ParameterTool settings, String topic, DataStream<Message> dead) {
    dead.sinkTo(KafkaSink.<Message>builder()
        .setBootstrapServers(settings.getRequired("brokers"))
        .setRecordSerializer(new Message.Writer("dead-letters"))
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix("golden-zone-" + topic)
        .setProperty("transaction.timeout.ms", "600000")
        .build()).name(topic + " dead letters").uid(topic + "-dead-letters");
  }
}
