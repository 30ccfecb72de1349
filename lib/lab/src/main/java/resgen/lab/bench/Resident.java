package resgen.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory as Linux counts it: heap, native arrays and code together. */
public final class Resident {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private Resident() {}

  /** Whether this system tells. */
  public static boolean isKnown() {
    return Files.isReadable(STATUS);
  }

  /** Bytes now. */
  public static long now() {
    return field("VmRSS");
  }

  /** The most bytes there were since the start or {@link #resetPeak}. */
  public static long peak() {
    return field("VmHWM");
  }

  /** From now on {@link #peak} counts anew. */
  public static void resetPeak() {
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + CLEAR + ": " + e.getMessage(), e);
    }
  }

  private static long field(String name) {
    try {
      return parse(Files.readString(STATUS), name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STATUS + ": " + e.getMessage(), e);
    }
  }

  /** A field of a text in the form of {@code /proc/self/status}, in bytes. */
  static long parse(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kib -> 1024 * Long.parseLong(kib))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + STATUS));
  }
}
