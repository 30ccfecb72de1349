package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What holds of every file under version control. */
class RepositoryTest {

  private static final long LIMIT = 56L << 20;

  /** A directory of a person or of a job: /home/x, /root/x, /Users/x, C:\Users\x. */
  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w.~$}/-])(/home/|/root/|/Users/|/workspace/|[A-Za-z]:\\\\+Users\\\\)[\\w.-]");

  private static Path root;
  private static List<Path> tracked;

  @BeforeAll
  static void list() {
    root = Home.find().orElseThrow();
    String names =
        Program.output(Duration.ofMinutes(1), "git", "-C", root.toString(), "ls-files", "-z")
            .orElse("");
    assumeTrue(!names.isEmpty(), "not a git clone");
    tracked = Stream.of(names.split("\0")).map(root::resolve).filter(Files::isRegularFile).toList();
  }

  @Test
  void noFileNamesAPathOfAnyonesMachine() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : tracked) {
      // Latin-1 keeps every byte, so that binary files are looked at too.
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      Matcher matcher = MACHINE_PATH.matcher(text);
      if (!file.endsWith(getClass().getSimpleName() + ".java") && matcher.find()) {
        int end = Math.min(text.length(), matcher.start() + 40);
        found.add(root.relativize(file) + ": " + text.substring(matcher.start(), end));
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void thePatternKnowsSuchPaths() {
    for (String path :
        List.of("/home/ann/x", "\"/root/.m2\"", "/Users/bob", "C:\\Users\\bob", "/workspace/x")) {
      assertTrue(MACHINE_PATH.matcher("see " + path).find(), path);
    }
    for (String other : List.of("example.org/home/ann", "lib/work/x", "$HOME/work/x", "/home/")) {
      assertTrue(!MACHINE_PATH.matcher("see " + other).find(), other);
    }
  }

  @Test
  void trackedFilesStaySmall() throws IOException {
    long bytes = 0;
    for (Path file : tracked) {
      bytes += Files.size(file);
    }
    assertTrue(bytes < LIMIT, "tracked files hold " + bytes + " bytes of at most " + LIMIT);
  }
}
