package resgen.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes a file so that readers see the old one or the new one, never half of it: the bytes go to a
 * temporary file in the same directory, are forced to the disk, and are then moved over the target.
 *
 * <p>A temporary file is locked while it is written. The first write of a process into a directory
 * removes those there that nobody holds: a process that was killed has left them.
 */
public final class AtomicFile {

  private static final String UUID_PATTERN = "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";
  private static final Pattern TEMPORARY =
      Pattern.compile("\\..+\\." + UUID_PATTERN + "\\.tmp", Pattern.DOTALL);

  /** Temporary files of this process; to open one more channel on them would lose their locks. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

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
   * @param body may be called again, after an interrupt for instance
   * @throws UncheckedIOException naming the target, when the file cannot be written
   */
  public static void write(Path target, Body body) {
    Path whole = target.toAbsolutePath();
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          if (attempt(whole, body)) {
            return;
          }
        } catch (ClosedByInterruptException e) {
          interrupted = true;
          Thread.interrupted();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target + ": " + reason(e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Some exceptions of the file system have a path for a message and nothing else. */
  private static String reason(IOException e) {
    return e instanceof java.nio.file.FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "") + ", " + e.getMessage()
        : e.getMessage();
  }

  /** False when another process's sweep has taken the new temporary file before it was locked. */
  private static boolean attempt(Path whole, Body body) throws IOException {
    Path folder = whole.getParent();
    if (folder == null) {
      throw new IOException("it is the root of the file system");
    }
    makeFolder(folder);
    if (SWEPT.add(folder)) {
      sweep(folder);
    }
    Path temp = folder.resolve("." + whole.getFileName() + "." + UUID.randomUUID() + ".tmp");
    OURS.add(temp);
    try {
      try (FileChannel channel =
          FileChannel.open(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        FileLock lock = lock(channel);
        body.writeTo(channel);
        channel.force(true);
        if (!Files.exists(temp)) {
          return false;
        }
        Files.move(
            temp, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (lock != null) {
          lock.release();
        }
      }
      forceDirectory(folder);
      return true;
    } finally {
      deleteQuietly(temp);
      OURS.remove(temp);
    }
  }

  private static void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(e.getMessage() + " is not a directory", e);
    }
  }

  /** Null where the file system has no locks, or when a sweep has just taken this file's. */
  private static FileLock lock(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (IOException e) {
      return null;
    }
  }

  private static void sweep(Path folder) {
    List<Path> left;
    try (Stream<Path> files = Files.list(folder)) {
      left =
          files
              .filter(file -> TEMPORARY.matcher(file.getFileName().toString()).matches())
              .filter(file -> !OURS.contains(file))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      return; // a folder that can be written to but not listed
    }
    left.forEach(AtomicFile::deleteIfNobodyWrites);
  }

  private static void deleteIfNobodyWrites(Path temp) {
    try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(temp);
      }
    } catch (IOException e) {
      // Another's, of a right that we lack, or on a file system without locks: it stays.
    }
  }

  /** Writes text in UTF-8. */
  public static void write(Path target, String text) {
    write(target, StandardCharsets.UTF_8.encode(text));
  }

  /** Writes bytes. */
  public static void write(Path target, byte[] bytes) {
    write(target, ByteBuffer.wrap(bytes));
  }

  private static void write(Path target, ByteBuffer bytes) {
    write(target, channel -> writeFully(channel, bytes.duplicate()));
  }

  /**
   * Checks that a file could be written here, without making anything: a command calls it before
   * the work whose result it writes.
   *
   * @throws IllegalArgumentException naming the path and why it cannot be written
   */
  public static void check(Path target) {
    Path whole = target.toAbsolutePath();
    if (Files.isDirectory(whole)) {
      throw new IllegalArgumentException("cannot write " + target + ": it is a directory");
    }
    checkFolder(target, whole.getParent());
  }

  /**
   * Checks that files could be written into a folder, which need not exist, as {@link #check} does.
   *
   * @throws IllegalArgumentException naming the path and why it cannot be written to
   */
  public static void checkFolder(Path folder) {
    checkFolder(folder, folder.toAbsolutePath());
  }

  private static void checkFolder(Path target, Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there)) {
      throw new IllegalArgumentException(
          "cannot write %s: %s is not a directory".formatted(target, there));
    }
    if (!Files.isWritable(there)) {
      throw new IllegalArgumentException(
          "cannot write %s: no right to write in %s".formatted(target, there));
    }
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
