package io.goldsync.inotify;

import com.google.gson.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.inotify.Event;
import org.apache.hadoop.hdfs.inotify.EventBatch;

/** What of HDFS's events is a finished file of the lake, as CloudEvents. */
final class Lake {
  private static final String SUCCESS = "/_SUCCESS";

  private final FileSystem hdfs;
  private final List<String> roots;

  /** All roots are of one HDFS. */
  Lake(FileSystem hdfs, List<Path> roots) {
    this.hdfs = hdfs;
    this.roots = roots.stream().map(root -> root.toUri().getPath() + "/").collect(Collectors.toList());
  }

  /** The files that a transaction finished. */
  List<JsonObject> filesOf(EventBatch batch) throws IOException {
    List<JsonObject> files = new ArrayList<>();
    for (Event event : batch.getEvents()) {
      if (event instanceof Event.CloseEvent) {
        Event.CloseEvent close = (Event.CloseEvent) event;
        if (isNews(close.getPath(), close.getFileSize())) {
          files.add(closed(close.getPath(), close.getFileSize(), close.getTimestamp(), batch.getTxid()));
        }
      } else if (event instanceof Event.RenameEvent) {
        addRenamed(((Event.RenameEvent) event).getDstPath(), batch.getTxid(), files);
      }
    }
    return files;
  }

  /** Renames name no size, and can be of a folder: Spark and Hive commit so. */
  private void addRenamed(String target, long txid, List<JsonObject> files) throws IOException {
    if (!isNamedAsNews(target)) {
      return;
    }
    try {
      RemoteIterator<LocatedFileStatus> found = hdfs.listFiles(new Path(target), true);
      while (found.hasNext()) {
        LocatedFileStatus file = found.next();
        String path = file.getPath().toUri().getPath();
        if (isNews(path, file.getLen())) {
          files.add(closed(path, file.getLen(), file.getModificationTime(), txid));
        }
      }
    } catch (FileNotFoundException e) {
      // Renamed again or deleted since: that is an event of its own.
    }
  }

  /** @param size bytes, -1 where HDFS does not tell */
  private boolean isNews(String path, long size) {
    return isNamedAsNews(path) && (size != 0 || path.endsWith(SUCCESS));
  }

  /**
   * The rules of goldsync's shared/layout/files.ts: work folders, hidden and unfinished files are no data. But a {@code _SUCCESS} says that its folder is complete, which
   * partitions wait for where the config's {@code successFile} says so.
   */
  private boolean isNamedAsNews(String path) {
    String judged = path.endsWith(SUCCESS) ? path.substring(0, path.length() - SUCCESS.length()) : path;
    return roots.stream().filter(path::startsWith).anyMatch(root -> {
      String below = judged.substring(root.length() - 1);
      return !below.matches("(.*/)?([._][^/]*|[+]tmp)(/.*)?") && !below.matches(".*([.]tmp|[.]inprogress[^/]*|[.]_COPYING_)");
    });
  }

  /**
   * @param size bytes, -1 where HDFS does not tell (after a concat)
   * @param modified epoch milliseconds
   */
  private JsonObject closed(String path, long size, long modified, long txid) {
    JsonObject data = new JsonObject();
    data.addProperty("path", hdfs.getUri() + path);
    if (size >= 0) {
      data.addProperty("size", size);
    }
    data.addProperty("modified", modified);
    data.addProperty("txid", txid);
    JsonObject event = new JsonObject();
    event.addProperty("specversion", "1.0");
    event.addProperty("type", "io.goldsync.file.closed");
    event.addProperty("source", hdfs.getUri().toString());
    event.addProperty("id", txid + ":" + path);
    event.addProperty("datacontenttype", "application/json");
    event.add("data", data);
    return event;
  }

  @Override
  public String toString() {
    return hdfs.getUri() + " " + roots;
  }
}
