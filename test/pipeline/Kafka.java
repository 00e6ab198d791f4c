import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the pipeline's test wants of Kafka. {@code java -cp KAFKA Kafka.java BROKERS COMMAND}:
 * {@code topics NAME…} makes them anew; {@code send} sends each line of its input, TOPIC tab VALUE, and says how many it has sent at each empty one;
 * {@code read TOPIC} prints what is committed, and what comes: the header source, tab, the header reason, tab, the value in base64.
 */
public class Kafka {
    public static void main(String[] args) throws Exception {
        switch (args[1]) {
            case "topics" -> topics(args[0], Stream.of(args).skip(2).toList());
            case "send" -> send(args[0]);
            default -> read(args[0], args[2]);
        }
    }

    static void topics(String brokers, List<String> names) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            try {
                admin.deleteTopics(names).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) throw e;
            }
            while (!Set.copyOf(names).stream().noneMatch(admin.listTopics().names().get()::contains)) Thread.sleep(100);
            admin.createTopics(names.stream().map(name -> new NewTopic(name, 2, (short) 1)).toList()).all().get();
        }
    }

    static void send(String brokers) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all", "enable.idempotence", true, "linger.ms", 20, "buffer.memory", 8 << 20);
        var input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long sent = 0;
            var failed = new Exception[1];
            for (String line; (line = input.readLine()) != null; ) {
                if (line.isEmpty()) {
                    producer.flush();
                    if (failed[0] != null) throw failed[0];
                    System.out.println(sent);
                    continue;
                }
                var parts = line.split("\t", 2);
                producer.send(new ProducerRecord<>(parts[0], parts[1].getBytes(UTF_8)), (done, error) -> {
                    if (error != null) failed[0] = error;
                });
                sent++;
            }
        }
    }

    static void read(String brokers, String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream().map(each -> new TopicPartition(topic, each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    var source = new String(record.headers().lastHeader("source").value(), UTF_8);
                    var reason = new String(record.headers().lastHeader("reason").value(), UTF_8).replaceAll("\\s", " ");
                    System.out.println(source + "\t" + reason + "\t" + Base64.getEncoder().encodeToString(record.value()));
                }
            }
        }
    }
}
