package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.KernelSpec;

/**
 * Jupyter's own conformance suite against the kernel, where Python has it (Debian: {@code
 * python3-jupyter-kernel-test}).
 */
class ConformanceTest {
  private static final Path SUITE = Path.of("src", "test", "python", "test_kernel.py");
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  private static final int TRIES = 3;

  @TempDir Path dir;

  private String python() throws Exception {
    for (String python : PYTHONS) {
      try {
        if (run(List.of(python, "-c", "import jupyter_kernel_test"), "probe").waitFor() == 0) {
          return python;
        }
      } catch (IOException e) {
        // not there
      }
    }
    return null;
  }

  private Process run(List<String> command, String log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JUPYTER_PATH", dir.toString());
    builder.environment().put("JUPYTER_RUNTIME_DIR", dir.resolve("runtime").toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder.redirectOutput(new File(dir.toFile(), log)).start();
  }

  @Test
  void jupyterKernelTestPassesWholeWithNothingSkipped() throws Exception {
    String python = python();
    assumeTrue(python != null, "python3 with jupyter_kernel_test is not installed");
    KernelSpec.install(KernelSpec.Options.ofThisJvm(), dir.resolve("kernels"));
    int status = 1;
    // The suite waits 0.1 s for a message, too little on a busy machine: then it gets another try.
    for (int attempt = 0; attempt < TRIES && status != 0; attempt++) {
      Process suite = run(List.of(python, "-B", SUITE.toString(), "-v"), "suite");
      assertTrue(suite.waitFor(5, TimeUnit.MINUTES), () -> "the suite hangs:\n" + log());
      status = suite.exitValue();
      if (!log().contains("Empty")) {
        break;
      }
    }
    assertEquals(0, status, this::log);
    assertFalse(log().contains("skipped"), this::log);
    Matcher ran = Pattern.compile("Ran (\\d+) tests").matcher(log());
    assertTrue(ran.find() && Integer.parseInt(ran.group(1)) >= 12, this::log);
  }

  private String log() {
    try {
      return Files.readString(dir.resolve("suite"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
