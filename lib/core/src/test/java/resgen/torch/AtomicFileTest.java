package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path folder;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void anInterruptedThreadWritesAllTheSameAndStaysInterrupted() throws IOException {
    Path file = folder.resolve("a");
    Thread.currentThread().interrupt();

    AtomicFile.write(file, "whole");

    assertTrue(Thread.interrupted());
    assertEquals("whole", Files.readString(file));
  }

  @Test
  void anInterruptInTheMiddleStartsAgain() throws IOException {
    Path file = folder.resolve("a");
    AtomicInteger calls = new AtomicInteger();

    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {'h', 'a'}));
          if (calls.incrementAndGet() == 1) {
            Thread.currentThread().interrupt();
          }
          channel.write(ByteBuffer.wrap(new byte[] {'l', 'f'}));
        });

    assertTrue(Thread.interrupted());
    assertEquals(2, calls.get());
    assertEquals("half", Files.readString(file));
    assertEquals(1, files());
  }

  @Test
  void aFailureKeepsTheOldFileAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("a");
    AtomicFile.write(file, "old");

    UncheckedIOException failure =
        assertThrows(
            UncheckedIOException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                      throw new IOException("full");
                    }));

    assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(1, files());
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndWhatALivingOneWritesIsNot() throws Exception {
    Path left = folder.resolve(".last.safetensors." + java.util.UUID.randomUUID() + ".tmp");
    Path busy = folder.resolve(".best.safetensors." + java.util.UUID.randomUUID() + ".tmp");
    Path other = folder.resolve(".notes.tmp");
    for (Path file : List.of(left, busy, other)) {
      Files.writeString(file, "half");
    }
    Process writer = Holder.start(busy);
    try {
      AtomicFile.write(folder.resolve("metrics.csv"), "step");
    } finally {
      writer.destroyForcibly().waitFor();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(Set.of(busy, other, folder.resolve("metrics.csv")), Set.copyOf(files.toList()));
    }
  }

  /** Another process that holds a temporary file until it is killed. */
  static final class Holder {
    private Holder() {}

    static Process start(Path file) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertEquals('+', process.getInputStream().read());
      return process;
    }

    public static void main(String[] args) throws Exception {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.print(lock.isValid() ? '+' : '-');
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void whereNothingCanBeWrittenIsSaidBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    AtomicFile.check(folder.resolve("new").resolve("deep.png"));
    AtomicFile.check(file);
    AtomicFile.checkFolder(folder.resolve("new"));
    refused(folder, "is a directory");
    refused(file.resolve("a.png"), file + " is not a directory");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AtomicFile.checkFolder(file));
    assertTrue(e.getMessage().contains("is not a directory"), e.getMessage());
    UncheckedIOException failure =
        assertThrows(
            UncheckedIOException.class, () -> AtomicFile.write(file.resolve("a.png"), "x"));
    assertTrue(failure.getMessage().contains("not a directory"), failure.getMessage());
    assertEquals(1, files());
  }

  private static void refused(Path path, String reason) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AtomicFile.check(path));
    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
