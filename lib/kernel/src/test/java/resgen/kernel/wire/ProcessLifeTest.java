package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.KernelSpec;

/** How a kernel's process ends, and where it does not begin. */
class ProcessLifeTest {
  @TempDir Path dir;

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void theKernelEndsWhenItsParentIsGone() throws Exception {
    Process parent = new ProcessBuilder("sleep", "600").start();
    Map<String, String> env = Map.of("JPY_PARENT_PID", Long.toString(parent.pid()));
    try (KernelClient client = new KernelClient(Kernels.command(), env, dir)) {
      client.awaitReady();
      client.execute("new Thread(() -> { while (true) {} }).start();");
      assertTrue(client.process.isAlive());
      parent.destroyForcibly();
      assertTrue(client.process.waitFor(30, TimeUnit.SECONDS));
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aWrongSettingIsAnErrorOfTheFirstCell() throws Exception {
    Map<String, String> env = Map.of("IJAVA_TIMEOUT", "abc");
    try (KernelClient client = new KernelClient(Kernels.command(), env, dir)) {
      client.awaitReady();
      String reply = client.execute("1 + 1").toString();
      assertTrue(reply.contains("IJAVA_TIMEOUT must be a time"), reply);
      assertTrue(client.execute("1 + 1").toString().contains("\"ok\""));
    }
  }

  @Test
  void aConnectionThatOtherMachinesReachIsRefused() throws Exception {
    ConnectionFile own = ConnectionFile.onLoopback();
    ConnectionFile open =
        new ConnectionFile(
            "tcp",
            "0.0.0.0",
            own.shell(),
            own.iopub(),
            own.stdin(),
            own.control(),
            own.heartbeat(),
            own.scheme(),
            own.key());
    Path file = dir.resolve("open.json");
    open.write(file);
    List<String> command = new ArrayList<>(Kernels.command());
    command.replaceAll(argument -> argument.replace("{connection_file}", file.toString()));
    File log = dir.resolve("log").toFile();
    Process kernel =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertTrue(kernel.waitFor(60, TimeUnit.SECONDS));
    assertEquals(1, kernel.exitValue());
    assertTrue(Files.readString(log.toPath()).contains("JSHELL_KERNEL_REMOTE"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void connectionFilesAreTheOwnersOnlyAndLooserOnesAreWarnedOf() throws Exception {
    Path file = dir.resolve("connection.json");
    ConnectionFile own = ConnectionFile.onLoopback();
    own.write(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(own, ConnectionFile.read(file));
    assertEquals(List.of(), own.warnings(file));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(own.warnings(file).get(0).contains("others may read"));
    Path wrong = Files.writeString(dir.resolve("wrong.json"), "{\"ip\": 3}");
    assertThrows(IllegalArgumentException.class, () -> ConnectionFile.read(wrong));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aNativeCrashLeavesAReportThatTheNextKernelNames() throws Exception {
    List<String> command = KernelSpec.command(KernelSpec.Options.ofThisJvm(), dir);
    Files.createDirectories(dir.resolve("crashes"));
    try (KernelClient client = new KernelClient(command, Map.of(), dir)) {
      client.awaitReady();
      assertThrows(
          KernelClient.NoAnswer.class,
          () ->
              client.execute(
                  "var f = sun.misc.Unsafe.class.getDeclaredField(\"theUnsafe\");"
                      + " f.setAccessible(true);"
                      + " ((sun.misc.Unsafe) f.get(null)).putAddress(8L, 1L);"));
      assertTrue(client.process.waitFor(60, TimeUnit.SECONDS));
    }
    try (KernelClient client = new KernelClient(command, Map.of(), dir)) {
      client.awaitReady();
      client.execute("1 + 1");
      String told = client.text("stderr");
      assertTrue(told.contains("an earlier kernel crashed in native code"), told);
      assertTrue(told.contains("SIGSEGV"), told);
      assertTrue(told.contains(dir.resolve("crashes").toString()), told);
      client.execute("1 + 1");
      assertEquals("", client.text("stderr"));
    }
  }
}
