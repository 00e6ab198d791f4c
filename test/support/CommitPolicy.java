/** Flink's interface as far as the recipe of docs/sinks.md uses it, and a commit of one hour: `URL` in GOLDSYNC_URL, the hour as arguments. The recipe follows. */
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

class CommitPolicy {
  public static void main(String[] hour) throws Exception {
    new GoldsyncCommitPolicy().commit(new PartitionCommitPolicy.Context() {
      public String tableName() {
        return "orders";
      }

      public List<String> partitionValues() {
        return List.of(hour);
      }
    });
  }
}

interface PartitionCommitPolicy {
  void commit(Context context) throws Exception;

  interface Context {
    String tableName();

    List<String> partitionValues();
  }
}
