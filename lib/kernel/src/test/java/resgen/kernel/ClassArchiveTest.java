package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  @TempDir Path dir;

  @Test
  void withoutAnArchiveTheSpecNamesNone() {
    assertEquals(List.of(), ClassArchive.jvmFlags(dir));
  }

  @Test
  void theSpecNamesAnArchiveThatIsThere() throws Exception {
    Path folder = KernelSpec.Options.ofThisJvm().folder(dir);
    // A class path of folders cannot be archived, so an archive is written by hand.
    Files.createDirectories(folder);
    Path archive = Files.writeString(folder.resolve("classes.jsa"), "archive");
    assertTrue(ClassArchive.jvmFlags(folder).contains("-XX:SharedArchiveFile=" + archive));
    String argv = Files.readString(KernelSpec.install(KernelSpec.Options.ofThisJvm(), dir));
    assertTrue(argv.contains("-XX:SharedArchiveFile=" + archive), argv);
  }

  @Test
  void aJavaThatIsNotThereGivesNone() {
    KernelSpec.Options options =
        new KernelSpec.Options("own", "Own", dir.resolve("java"), "a.jar", List.of(), Map.of());
    assertEquals(false, ClassArchive.prepare(options, dir.resolve("spec")));
  }
}
