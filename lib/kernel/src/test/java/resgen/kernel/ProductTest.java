package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kernel is a product of its own: it knows no project that uses it. */
class ProductTest {
  /** Its Java package, and the former names of its variables, in one place. */
  private static final Pattern OWN = Pattern.compile("resgen[./]kernel\\b|\"RESGEN_KERNEL_\"");

  private static List<Path> files(String... folders) throws IOException {
    List<Path> out = new ArrayList<>();
    for (String folder : folders) {
      try (Stream<Path> all = Files.walk(Path.of(folder))) {
        all.filter(Files::isRegularFile).forEach(out::add);
      }
    }
    return out;
  }

  @Test
  void noSourceNamesAProjectThatUsesIt() throws IOException {
    List<Path> files = new ArrayList<>(files("src/main"));
    files.add(Path.of("README.md"));
    assertTrue(files.size() > 50, "sources are there");
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        if (OWN.matcher(line).replaceAll("").toLowerCase().contains("resgen")) {
          found.add(file + ": " + line.strip());
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void theReadmeNamesTheVariablesAndOptionsThatThereAre() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    assertTrue(readme.lines().count() < 90, "a page");
    String sources = "";
    for (Path file : files("src/main/java")) {
      sources += Files.readString(file);
    }
    Matcher named = Pattern.compile("`(JSHELL_KERNEL_\\w+|IJAVA_\\w+|--[a-z-]+)").matcher(readme);
    int count = 0;
    for (; named.find(); count++) {
      assertTrue(sources.contains("\"" + named.group(1) + "\""), named.group(1));
    }
    assertTrue(count > 10, "only " + count);
    for (Matcher m = Pattern.compile("names? = \"(--[a-z-]+)\"").matcher(sources); m.find(); ) {
      boolean ofRun = m.group(1).equals("--cell-timeout");
      assertTrue(ofRun || readme.contains("`" + m.group(1)), m.group(1) + " is not in the README");
    }
    assertFalse(readme.contains("TODO"));
  }
}
