package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Magics that do nothing say why. */
class MagicArgumentsTest extends KernelTestBase {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jars",
        "classpath",
        "maven",
        "maven --sources",
        "addMavenDependency",
        "mavenRepo",
        "loadFromPOM",
        "load",
        "page",
        "pinfo",
        "time"
      })
  void withoutArgumentsTheUsageIsSaid(String magic) {
    String message = fail("%" + magic).message();
    assertTrue(message.contains("usage: %"), message);
  }

  @Test
  void jarsOfFolderWithoutJarsIsRefused(@TempDir Path dir) throws Exception {
    Files.createDirectories(dir.resolve("classes"));
    String message = fail("%jars " + dir.resolve("classes")).message();
    assertTrue(message.contains("no jar matches"), message);
    assertTrue(message.contains("%classpath"), message);
  }
}
