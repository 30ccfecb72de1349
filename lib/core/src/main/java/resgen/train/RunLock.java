package resgen.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * A run folder that is written to by one run: a lock on its file {@value #NAME}, which the system
 * lets go when the process ends, however it ends. The file stays.
 */
final class RunLock implements AutoCloseable {

  static final String NAME = "run.lock";

  /** Folders locked in this process: closing another channel of the file would free the lock. */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path folder;
  private final FileChannel channel;

  private RunLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks a folder, which is made if it is not there.
   *
   * @throws IllegalStateException if another run has locked it
   */
  static RunLock of(Path path) {
    synchronized (HELD) {
      try {
        Path folder = Files.createDirectories(path).toRealPath();
        if (HELD.contains(folder)) {
          throw inUse(path, "this process");
        }
        FileChannel channel =
            FileChannel.open(
                folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
          channel.close();
          throw inUse(path, "another process");
        }
        HELD.add(folder);
        return new RunLock(folder, channel);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cannot lock the run folder " + path + ": " + e.getMessage(), e);
      }
    }
  }

  private static IllegalStateException inUse(Path path, String whose) {
    return new IllegalStateException(
        "the run folder %s is in use by a run of %s; wait for it to end, or use another folder"
            .formatted(path, whose));
  }

  @Override
  public void close() {
    synchronized (HELD) {
      HELD.remove(folder);
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unlock " + folder + ": " + e.getMessage(), e);
      }
    }
  }
}
