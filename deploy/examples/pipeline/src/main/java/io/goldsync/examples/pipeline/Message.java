package io.goldsync.examples.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A record of Kafka and where it was. */
public class Message {
  public String topic;
  public int partition;
  public long offset;
  public byte[] value;
  /** Of a dead letter: why it is one. */
  public String reason;

  public Message() {}

  Message because(String text) {
    Message dead = new Message();
    dead.topic = topic;
    dead.partition = partition;
    dead.offset = offset;
    dead.value = value;
    dead.reason = text;
    return dead;
  }

  static final class Reader implements KafkaRecordDeserializationSchema<Message> {
    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> from, Collector<Message> out) {
      Message message = new Message();
      message.topic = from.topic();
      message.partition = from.partition();
      message.offset = from.offset();
      message.value = from.value() == null ? new byte[0] : from.value();
      message.reason = "";
      out.collect(message);
    }

    @Override
    public TypeInformation<Message> getProducedType() {
      return TypeInformation.of(Message.class);
    }
  }

  /** As it came, so that it can be sent again when it is mended, with where it was and the reason as headers. */
  static final class Writer implements KafkaRecordSerializationSchema<Message> {
    private final String topic;

    Writer(String topic) {
      this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Message dead, KafkaSinkContext context, Long timestamp) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, dead.value);
      record.headers().add("source", (dead.topic + "/" + dead.partition + "/" + dead.offset).getBytes(UTF_8));
      record.headers().add("reason", dead.reason.getBytes(UTF_8));
      return record;
    }
  }
}
