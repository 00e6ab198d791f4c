package io.goldsync.inotify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** The last transaction that was dealt with, in a file that is never half written. */
final class Position {
  private final Path file;

  Position(Path file) {
    this.file = file;
  }

  OptionalLong read() throws IOException {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).trim()));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  void write(long txid) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, txid + "\n", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
