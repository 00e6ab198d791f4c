package io.goldsync.examples.pipeline;

import java.io.IOException;
import java.io.InputStream;
import org.apache.avro.Schema;

/** What rows of a topic are written as: {@code schemas/VERSION/TOPIC.avsc} of the jar. */
final class Schemas {
  static Schema of(String version, String topic) throws IOException {
    String name = "/schemas/" + version + "/" + topic + ".avsc";
    try (InputStream text = Schemas.class.getResourceAsStream(name)) {
      if (text == null) {
        throw new IllegalArgumentException("the jar has no " + name);
      }
      return new Schema.Parser().parse(text);
    }
  }

  private Schemas() {}
}
