package resgen.golden;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * Golden files: what the project computed on a day, kept so that a change of its code shows what it
 * changes. They lie in {@code src/test/resources/resgen/golden}; a line is a name, a tab and a
 * value.
 *
 * <p>A golden file is remade on purpose, after a change that is meant and named in its commit, by
 * running its test with {@code -Dresgen.golden=write}:
 *
 * <pre>{@code mvn -pl lib/core test -Dtest=GoldenSamplesTest -Dresgen.golden=write}</pre>
 *
 * The test is then reported as skipped, and the difference of the file shows what has changed.
 */
public final class Golden {

  /** Set to {@code write}, it makes the files instead of comparing with them. */
  public static final String PROPERTY = "resgen.golden";

  private static final Path SOURCES = Path.of("src", "test", "resources", "resgen", "golden");
  private static final int SHOWN = 5; // differences in a message

  private Golden() {}

  /** How a value is compared with the golden one. */
  @FunctionalInterface
  public interface Comparison {

    /**
     * What is different, in words; empty if the two are equal enough.
     *
     * @param golden the value of the file
     * @param now the value as it is computed now
     */
    String difference(String golden, String now);
  }

  /** Equal to the last character. */
  public static Comparison exact() {
    return (golden, now) -> golden.equals(now) ? "" : "was " + cut(golden) + ", is " + cut(now);
  }

  /**
   * Numbers that differ by at most {@code relative} times the golden one's magnitude, or by {@code
   * absolute}.
   */
  public static Comparison near(double relative, double absolute) {
    return (golden, now) -> {
      double was = Double.parseDouble(golden);
      double difference = Math.abs(Double.parseDouble(now) - was);
      return difference <= Math.max(absolute, relative * Math.abs(was))
          ? ""
          : "was %s, is %s, %.3g of it apart".formatted(golden, now, difference / Math.abs(was));
    };
  }

  /** Whether the files are made now, not compared with. */
  public static boolean writes() {
    String value = System.getProperty(PROPERTY, "");
    if (!value.isEmpty() && !value.equals("write")) {
      throw new IllegalArgumentException(PROPERTY + " is '" + value + "', allowed: write");
    }
    return !value.isEmpty();
  }

  /**
   * Compares values with a golden file, or writes it, if that is asked for.
   *
   * @param now all values of the file, by name, in the order of its lines
   * @throws AssertionError naming what differs, what is missing and what is not in the file
   */
  public static void check(String file, Map<String, String> now, Comparison comparison) {
    if (writes()) {
      write(file, now);
      Assumptions.abort(file + " was written");
    }
    Map<String, String> golden = read(file);
    Set<String> names = new LinkedHashSet<>(golden.keySet());
    names.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = golden.get(name);
      String is = now.get(name);
      if (is == null) {
        differences.add(name + " is missing");
      } else if (was == null) {
        differences.add(name + " is not in the file");
      } else {
        String difference = comparison.difference(was, is);
        if (!difference.isEmpty()) {
          differences.add(name + ": " + difference);
        }
      }
    }
    if (!differences.isEmpty()) {
      List<String> shown = differences.subList(0, Math.min(SHOWN, differences.size()));
      fail(
          "%s: %d of %d values differ:%n  %s"
              .formatted(file, differences.size(), names.size(), String.join("\n  ", shown)));
    }
  }

  /** A golden file's values by name. */
  public static Map<String, String> read(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("/resgen/golden/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "no golden file " + file + "; -D" + PROPERTY + "=write makes it");
      }
      Map<String, String> values = new LinkedHashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        int tab = line.indexOf('\t');
        if (tab < 0 || values.put(line.substring(0, tab), line.substring(tab + 1)) != null) {
          throw new IllegalArgumentException(file + ": no tab, or a name twice: " + cut(line));
        }
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void write(String file, Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append(name).append('\t').append(value).append('\n'));
    try {
      Files.createDirectories(SOURCES);
      Files.writeString(SOURCES.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String cut(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
