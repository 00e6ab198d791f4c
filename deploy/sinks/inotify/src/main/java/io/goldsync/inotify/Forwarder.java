package io.goldsync.inotify;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DFSInotifyEventInputStream;
import org.apache.hadoop.hdfs.client.HdfsAdmin;
import org.apache.hadoop.hdfs.inotify.EventBatch;
import org.apache.hadoop.hdfs.inotify.MissingEventsException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells goldsync's webhook of every file that is closed in a lake on HDFS or renamed into it, at least once. Settings
 * are environment variables (README.md); the cluster's are the core-site.xml and hdfs-site.xml on the class path.
 */
public final class Forwarder {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
  /** What the NameNode hands out by one call (dfs.namenode.inotify.max.events.per.rpc). */
  private static final int TRANSACTIONS_PER_ROUND = 1_000;
  private static final long POLL_MILLIS = 100;
  /** Reached after some seconds without an event: each poll has the NameNode look at its journals. */
  private static final long IDLE_POLL_MILLIS = 500;
  private static final long POLL_GROWTH_MILLIS = 10;
  private static final long REOPEN_MILLIS = 5_000;
  /** How often the position is kept while nothing happens in the lake. */
  private static final long IDLE_SAVE_MILLIS = 10_000;

  private final HdfsAdmin admin;
  private final Lake lake;
  private final Webhook webhook;
  private final Position position;
  private long savedAt;

  private Forwarder(List<Path> roots) throws IOException {
    Configuration conf = new Configuration();
    admin = new HdfsAdmin(roots.get(0).toUri(), conf);
    lake = new Lake(roots.get(0).getFileSystem(conf), roots);
    webhook = new Webhook(setting("GOLDSYNC_WEBHOOK_URL"), setting("GOLDSYNC_WEBHOOK_SECRET"));
    position = new Position(Paths.get(setting("GOLDSYNC_POSITION")));
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    login();
    List<Path> roots =
        Arrays.stream(setting("GOLDSYNC_LAKES").trim().split("[\\s,]+")).map(Path::new).collect(Collectors.toList());
    Forwarder forwarder = new Forwarder(roots);
    while (true) {
      try {
        forwarder.follow();
      } catch (IOException e) {
        endIfRefused(e);
        LOG.warn("interrupted, goes on in {} ms: {}", REOPEN_MILLIS, firstLine(e));
        Thread.sleep(REOPEN_MILLIS);
      }
    }
  }

  /** By a keytab where one is set: Hadoop's client then gets new tickets by itself. Else by the ticket cache. */
  private static void login() throws InterruptedException {
    String keytab = System.getenv("GOLDSYNC_KEYTAB");
    if (keytab == null || keytab.isBlank()) {
      return;
    }
    String principal = setting("GOLDSYNC_PRINCIPAL");
    if (!UserGroupInformation.isSecurityEnabled()) {
      LOG.error("GOLDSYNC_KEYTAB is set, and hadoop.security.authentication is not kerberos: put the cluster's "
          + "core-site.xml and hdfs-site.xml on the class path");
      System.exit(1);
    }
    while (true) {
      try {
        UserGroupInformation.loginUserFromKeytab(principal, keytab);
        return;
      } catch (IOException e) {
        endIfWrong(e, principal, keytab);
        LOG.warn("no ticket of {} by {}, goes on in {} ms: {}", principal, keytab, REOPEN_MILLIS, reason(e));
        Thread.sleep(REOPEN_MILLIS);
      }
    }
  }

  /** What another try does not mend; a KDC that cannot be reached may be there again. */
  private static void endIfWrong(IOException e, String principal, String keytab) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (!(cause.getCause() instanceof IOException)) {
      LOG.error("no ticket of {} by {}: {}. Check both, the realm in krb5.conf and the clock", principal, keytab, reason(e));
      System.exit(1);
    }
  }

  private static String reason(IOException e) {
    return e.getCause() == null ? firstLine(e) : String.valueOf(e.getCause().getMessage());
  }

  private static void endIfRefused(IOException e) {
    IOException cause = e instanceof RemoteException ? ((RemoteException) e).unwrapRemoteException() : e;
    if (cause instanceof AccessControlException) {
      LOG.error("only a superuser of HDFS may read its events: {}", firstLine(cause));
      System.exit(1);
    }
  }

  /** The NameNode's messages have its stack trace in them. */
  private static String firstLine(Exception e) {
    return e.toString().lines().findFirst().orElse("");
  }

  private static String setting(String name) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      LOG.error("the environment variable {} is not set", name);
      System.exit(1);
    }
    return value;
  }

  /** Forwards what happens after the kept position, or from now on, until HDFS or the position cannot be read. */
  private void follow() throws IOException, InterruptedException {
    OptionalLong from = position.read();
    DFSInotifyEventInputStream events =
        from.isPresent() ? admin.getInotifyEventStream(from.getAsLong()) : admin.getInotifyEventStream();
    LOG.info("following {} after transaction {}", lake, from.isPresent() ? from.getAsLong() : "now");
    for (long wait = POLL_MILLIS; ; wait = Math.min(wait + POLL_GROWTH_MILLIS, IDLE_POLL_MILLIS)) {
      if (forward(events)) {
        wait = POLL_MILLIS;
      } else {
        Thread.sleep(wait);
      }
    }
  }

  /** One round; its position is kept when the webhook has acknowledged its files. False where nothing had happened. */
  private boolean forward(DFSInotifyEventInputStream events) throws IOException, InterruptedException {
    List<JsonObject> files = new ArrayList<>();
    EventBatch last = null;
    for (int count = 0; count < TRANSACTIONS_PER_ROUND; count++) {
      EventBatch batch = next(events);
      if (batch == null) {
        break;
      }
      if (last == null && position.read().isEmpty()) {
        save(batch.getTxid() - 1); // a first start that never reaches the webhook must not forget where it began
      }
      files.addAll(lake.filesOf(batch));
      last = batch;
    }
    webhook.send(files);
    if (last != null && (!files.isEmpty() || System.currentTimeMillis() - savedAt > IDLE_SAVE_MILLIS)) {
      save(last.getTxid());
    }
    return last != null;
  }

  private static EventBatch next(DFSInotifyEventInputStream events) throws IOException {
    try {
      return events.poll();
    } catch (MissingEventsException e) {
      // The stream has moved to what the NameNode still has.
      LOG.error("the NameNode no longer has what happened meanwhile: run a full scan of goldsync. {}", e.toString());
      return null;
    }
  }

  private void save(long txid) throws IOException {
    position.write(txid);
    savedAt = System.currentTimeMillis();
  }
}
