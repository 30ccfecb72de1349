package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void aMessageIsSaidOnceThoughTheCauseRepeatsIt() {
    IOException cause = new IOException("the disk is full");
    Exception failure = new IllegalStateException("cannot write x: the disk is full", cause);

    assertEquals("cannot write x: the disk is full", Failures.describe(failure));
  }

  @Test
  void causesAreListed() {
    Exception failure = new IllegalStateException("cannot load", new IOException("short file"));

    assertEquals("cannot load\n  because: short file", Failures.describe(failure));
  }

  @Test
  void aMissingFileIsSaidInWords() {
    assertEquals("no such file: a/b", Failures.describe(new NoSuchFileException("a/b")));
  }

  @Test
  void aFailureWithoutMessageShowsItsKind() {
    assertEquals("NullPointerException", Failures.describe(new NullPointerException()));
  }

  @Test
  void anInterruptIsRecognisedBehindOtherFailures() {
    Exception hidden = new UncheckedIOException(new ClosedByInterruptException());

    assertTrue(Failures.isInterrupt(hidden));
    assertFalse(Failures.isInterrupt(new IOException("other")));
  }
}
