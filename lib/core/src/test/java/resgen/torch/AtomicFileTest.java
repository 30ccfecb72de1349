package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
