package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.settings.DataHome;

/** What libtorch itself writes to the error stream, past Java's. */
class NativeWarningsTest {

  @TempDir private Path folder;

  @Test
  void drawingSamplesWarnsOfNothing() throws Exception {
    Path log = folder.resolve("log.txt");
    Path picture = folder.resolve("s.png");
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                "-Dresgen.home=" + DataHome.project(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "sample",
                "family-resgen",
                "--per-class=1",
                "--steps=2",
                "--threads=1",
                "--output=" + picture)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(run.waitFor(5, TimeUnit.MINUTES));
      String said = Files.readString(log);
      assertEquals(0, run.exitValue(), said);
      assertTrue(Files.exists(picture), said);
      assertFalse(said.toLowerCase(Locale.ROOT).contains("deprecat"), said);
      assertFalse(said.contains("[W"), said); // how libtorch marks its warnings
      assertFalse(said.contains("UserWarning"), said);
    } finally {
      run.destroyForcibly();
    }
  }
}
