package io.goldsync.inotify;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Batches of CloudEvents, signed by Standard Webhooks and repeated until they are answered. */
final class Webhook {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  /** Far below the 1 MB that goldsync and brokers take. */
  private static final int FILES_PER_REQUEST = 200;
  /** The answers that blame the body. Others can change: a wrong secret or address is mended, and nothing is lost. */
  private static final Set<Integer> REFUSED = Set.of(400, 413, 415, 422);
  /** 500 says that goldsync cannot do it before something is mended: other tables must not wait for that. */
  private static final int FAILED = 500;
  private static final int MOST_FAILURES = 4;
  private static final int FIRST_WAIT_MILLIS = 200;
  private static final int LONGEST_WAIT_MILLIS = 30_000;

  // Plain HTTP/1.1: the client would ask every server to upgrade to HTTP/2.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final URI url;
  private final SecretKeySpec key;

  /** @param secret {@code whsec_} and the key in base64 */
  Webhook(String url, String secret) {
    this.url = URI.create(url);
    this.key = new SecretKeySpec(Base64.getDecoder().decode(secret.trim().replaceFirst("^whsec_", "")), "HmacSHA256");
  }

  /** Returns when all were acknowledged, or refused for what they are. */
  void send(List<JsonObject> events) throws InterruptedException {
    for (int start = 0; start < events.size(); start += FILES_PER_REQUEST) {
      sendBatch(events.subList(start, Math.min(start + FILES_PER_REQUEST, events.size())));
    }
  }

  /** One bad event must not take the others of its batch with it. */
  private void sendBatch(List<JsonObject> events) throws InterruptedException {
    if (deliver(gson.toJson(events))) {
      return;
    }
    int half = events.size() / 2;
    if (half == 0) {
      LOG.error("skipped, the next scan has to find it: {}", events.get(0));
      return;
    }
    sendBatch(events.subList(0, half));
    sendBatch(events.subList(half, events.size()));
  }

  /** True when the batch was taken, false when it was refused. */
  private boolean deliver(String body) throws InterruptedException {
    String id = UUID.randomUUID().toString();
    int failures = 0;
    for (int wait = FIRST_WAIT_MILLIS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS)) {
      String problem;
      try {
        HttpResponse<String> answer = client.send(request(id, body), HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status / 100 == 2) {
          return true;
        }
        problem = "answered " + status + ": " + answer.body();
        failures += status == FAILED ? 1 : 0;
        if (REFUSED.contains(status) || failures == MOST_FAILURES) {
          LOG.warn("{} {}", url, problem);
          return false;
        }
        wait = Math.max(wait, retryAfterMillis(answer));
      } catch (IOException e) {
        problem = e.toString();
      }
      LOG.warn("{} {}; again in {} ms", url, problem, wait);
      Thread.sleep(wait);
    }
  }

  private static int retryAfterMillis(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("retry-after").filter(text -> text.matches("\\d{1,4}")).orElse("0");
    return Math.min(Integer.parseInt(seconds) * 1_000, LONGEST_WAIT_MILLIS);
  }

  private HttpRequest request(String id, String body) {
    long timestamp = System.currentTimeMillis() / 1_000;
    return HttpRequest.newBuilder(url)
        .timeout(Duration.ofMinutes(5))
        .header("content-type", "application/cloudevents-batch+json")
        .header("webhook-id", id)
        .header("webhook-timestamp", Long.toString(timestamp))
        .header("webhook-signature", "v1," + sign(id + "." + timestamp + "." + body))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private String sign(String content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has HmacSHA256
    }
  }
}
