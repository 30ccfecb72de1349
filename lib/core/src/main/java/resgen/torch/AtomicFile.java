package resgen.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file so that readers see the old one or the new one, never half of it: the bytes go to a
 * temporary file in the same directory, are forced to the disk, and are then moved over the target.
 */
public final class AtomicFile {

  /** What fills the temporary file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes {@code target} through {@code body}; missing parent directories are made. When anything
   * fails, the temporary file is removed and an older target stays as it was. An interrupt of the
   * thread does not break the writing, and is still set afterwards.
   *
   * @param body may be called again after an interrupt
   * @throws UncheckedIOException naming the target, when the file cannot be written
   */
  public static void write(Path target, Body body) {
    Path whole = target.toAbsolutePath();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          attempt(whole, body);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target + ": " + e.getMessage(), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void attempt(Path whole, Body body) throws IOException {
    Path temp = whole.resolveSibling("." + whole.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(whole.getParent());
      try (FileChannel channel =
          FileChannel.open(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      Files.move(temp, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(whole.getParent());
    } finally {
      deleteQuietly(temp);
    }
  }

  /** Writes text in UTF-8. */
  public static void write(Path target, String text) {
    write(target, channel -> writeFully(channel, StandardCharsets.UTF_8.encode(text)));
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes the move itself durable, where the file system lets a directory be opened. */
  private static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every file system allows it; the move has happened all the same.
    }
  }

  private static void deleteQuietly(Path temp) {
    try {
      Files.deleteIfExists(temp);
    } catch (IOException e) {
      // A leftover temporary file harms nothing and must not hide the first error.
    }
  }
}
